-- title: Does the ledger translate at the published rates?
-- shows: liquidity balances whose reporting amount differs by more than a cent from the reference rate: none
SELECT p.as_of_date, p.legal_entity, COUNT(*) AS balances,
  SUM(CASE WHEN p.amount - p.amount_original * home.per_eur / held.per_eur BETWEEN -0.01 AND 0.01
    THEN 0 ELSE 1 END) AS differing
FROM silver.liquidity_positions AS KNOWN AT TAG 'restated-2025-06-17' p
JOIN ref.entities AS KNOWN AT TAG 'restated-2025-06-17' e ON e.legal_entity = p.legal_entity
JOIN ref.fx_rates AS KNOWN AT TAG 'restated-2025-06-17' held
  ON held.as_of_date = p.as_of_date AND held.currency = p.currency
JOIN ref.fx_rates AS KNOWN AT TAG 'restated-2025-06-17' home
  ON home.as_of_date = p.as_of_date AND home.currency = e.reporting_currency
GROUP BY p.as_of_date, p.legal_entity
ORDER BY p.as_of_date, p.legal_entity;

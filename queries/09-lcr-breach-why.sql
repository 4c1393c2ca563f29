-- title: Why LE_UK fell under 100 %
-- shows: the outflows that lie within 30 calendar days of 23 June and did not of 20 June: nobody traded
SELECT p.position_id, p.item, p.counterparty, p.maturity_date, p.amount,
  CAST(p.amount * f.rate AS DECIMAL(18,2)) AS outflow, f.paragraph
FROM silver.liquidity_positions AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17' p
JOIN ref.lcr_factors AS KNOWN AT TAG 'restated-2025-06-17' f ON f.item = p.item
WHERE p.legal_entity = 'LE_UK' AND p.side = 'outflow'
  AND p.maturity_date > DATE '2025-07-20' AND p.maturity_date <= DATE '2025-07-23'
ORDER BY p.position_id;

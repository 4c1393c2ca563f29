-- title: Down from desk FX_LDN to product and currency
-- shows: the next level below one line of the first query, in original currency
SELECT product, currency, COUNT(*) AS positions, SUM(notional) AS notional,
  SUM(market_value) AS market_value, SUM(pv) AS pv
FROM silver.positions AS OF T AS KNOWN AT TAG 'restated-2025-06-17'
WHERE desk = 'FX_LDN' AND legal_entity = 'LE_UK'
GROUP BY product, currency
HAVING COUNT(*) >= 50
ORDER BY product, currency;

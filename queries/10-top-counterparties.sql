-- title: The ten largest counterparties
-- shows: positive market value in US dollars, with name and rating
SELECT x.counterparty, c.name, c.sector, c.rating, SUM(x.positions) AS positions,
  CAST(SUM(x.market_value_usd) AS DECIMAL(18,2)) AS market_value_usd
FROM gold.exposure AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17' x
JOIN ref.counterparties AS KNOWN AT TAG 'restated-2025-06-17' c ON c.counterparty = x.counterparty
GROUP BY x.counterparty, c.name, c.sector, c.rating
ORDER BY market_value_usd DESC, x.counterparty
LIMIT 10;

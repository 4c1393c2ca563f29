-- title: The book by desk and legal entity
-- shows: where the market value of the last day sits, in US dollars at the day's reference rates
SELECT desk, legal_entity, SUM(positions) AS positions,
  CAST(SUM(market_value_usd) AS DECIMAL(18,2)) AS market_value_usd,
  CAST(SUM(notional_usd) AS DECIMAL(24,2)) AS notional_usd
FROM gold.exposure AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
GROUP BY desk, legal_entity
ORDER BY desk, legal_entity;

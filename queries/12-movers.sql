-- title: The desks that moved most since yesterday
-- shows: change of market value from T-1 (Friday 20 June) to T (Monday 23 June), in US dollars
WITH today AS (
  SELECT desk, SUM(market_value_usd) AS value
  FROM gold.exposure AS OF T AS KNOWN AT TAG 'restated-2025-06-17'
  GROUP BY desk
), yesterday AS (
  SELECT desk, SUM(market_value_usd) AS value
  FROM gold.exposure AS OF T-1 AS KNOWN AT TAG 'restated-2025-06-17'
  GROUP BY desk
)
SELECT today.desk, CAST(yesterday.value AS DECIMAL(18,2)) AS value_before,
  CAST(today.value AS DECIMAL(18,2)) AS value_today,
  CAST(today.value - yesterday.value AS DECIMAL(18,2)) AS change
FROM today
JOIN yesterday ON yesterday.desk = today.desk
ORDER BY change DESC, today.desk;

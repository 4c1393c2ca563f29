-- title: T-3 as reported beside as now known
-- shows: one statement reads the same business date at two moments of knowledge, in euro; T is Monday
--   23 June 2025, so T-3 is Tuesday 17 June: Juneteenth and a weekend are no business days
WITH was AS (
  SELECT p.desk, COUNT(*) AS positions,
    SUM(CAST(p.market_value / f.per_eur AS DECIMAL(24,6))) AS value
  FROM silver.positions AS OF T-3 AS KNOWN AT TAG 'eod-2025-06-23' p
  JOIN ref.fx_rates AS KNOWN AT TAG 'eod-2025-06-23' f
    ON f.as_of_date = p.as_of_date AND f.currency = p.currency
  GROUP BY p.desk
), now_known AS (
  SELECT p.desk, COUNT(*) AS positions,
    SUM(CAST(p.market_value / f.per_eur AS DECIMAL(24,6))) AS value
  FROM silver.positions AS OF T-3 AS KNOWN AT TAG 'restated-2025-06-17' p
  JOIN ref.fx_rates AS KNOWN AT TAG 'restated-2025-06-17' f
    ON f.as_of_date = p.as_of_date AND f.currency = p.currency
  GROUP BY p.desk
)
SELECT now_known.desk, was.positions AS positions_reported, now_known.positions AS positions_known,
  CAST(was.value AS DECIMAL(18,2)) AS eur_reported,
  CAST(now_known.value AS DECIMAL(18,2)) AS eur_known,
  CAST(now_known.value - was.value AS DECIMAL(18,2)) AS difference
FROM now_known
JOIN was ON was.desk = now_known.desk
ORDER BY now_known.desk;

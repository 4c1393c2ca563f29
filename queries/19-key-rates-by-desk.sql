-- title: Key-rate DV01 of the swap desks by quote
-- shows: US dollars for one basis point of each quote; the sum over a desk is its DV01
SELECT desk, key,
  CAST(SUM(dv01) AS DECIMAL(18,2)) AS dv01
FROM gold.key_rates AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
WHERE convention = 'par' AND curve = 'USD.SOFR' AND desk IN ('RATES_LDN', 'RATES_NYC')
GROUP BY desk, key
ORDER BY desk, key;

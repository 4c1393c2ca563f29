-- title: The ten counterparties with the largest DV01 of swaps
-- shows: by size, whatever the sign
SELECT counterparty, legal_entity, COUNT(*) AS swaps,
  CAST(SUM(npv) AS DECIMAL(18,2)) AS npv,
  CAST(SUM(dv01) AS DECIMAL(18,2)) AS dv01
FROM gold.swap_risk AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
GROUP BY counterparty, legal_entity
ORDER BY ABS(SUM(dv01)) DESC
LIMIT 10;

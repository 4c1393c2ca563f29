-- title: Value and DV01 of swaps and bonds by desk and entity
-- shows: US dollars; dv01 is the derivative by all quotes, dv01_bumped the revaluation one basis point up
SELECT desk, legal_entity, COUNT(*) AS positions,
  CAST(SUM(npv) AS DECIMAL(18,2)) AS npv,
  CAST(SUM(dv01) AS DECIMAL(18,2)) AS dv01,
  CAST(SUM(dv01_bumped) AS DECIMAL(18,2)) AS dv01_bumped
FROM (
  SELECT desk, legal_entity, npv, dv01, dv01_bumped
  FROM gold.swap_risk AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
  UNION ALL
  SELECT desk, legal_entity, npv, dv01, dv01_bumped
  FROM gold.bond_risk AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
) held
GROUP BY desk, legal_entity
ORDER BY desk, legal_entity;

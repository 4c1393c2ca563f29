-- title: What the ratios of the last day are made of
-- shows: stock after haircuts, what the caps take off, flows; amounts in the entity's reporting currency.
--   Both caps bind in LE_DE, the cap on Level 2 in LE_US
SELECT legal_entity, level1, level2a, level2b, cap_2b, cap_2, hqla, outflows, inflows, inflows_capped,
  net_outflows, lcr
FROM gold.lcr AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
ORDER BY legal_entity;

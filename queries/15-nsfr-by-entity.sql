-- title: The net stable funding ratio of each entity on the last day
-- shows: available and required stable funding, in the entity's reporting currency
SELECT legal_entity, asf, rsf, net_derivatives, nsfr, status
FROM gold.nsfr AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
ORDER BY legal_entity;

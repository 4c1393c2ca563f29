-- title: What each scenario leaves of the buffer
-- shows: 30 days ahead, amounts in the entity's reporting currency; the last columns say how long the buffer lasts
SELECT legal_entity, scenario, outflow, inflow, buffer, surplus, survival_days, shortfall_date, status
FROM gold.liquidity_stress AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
ORDER BY legal_entity, surplus DESC, scenario;

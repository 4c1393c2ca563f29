-- title: The liquidity coverage ratio of each entity over the six days
-- shows: LE_UK falls under 100 % on the last day
SELECT as_of_date, legal_entity, lcr, status
FROM gold.lcr AS KNOWN AT TAG 'restated-2025-06-17'
ORDER BY legal_entity, as_of_date;

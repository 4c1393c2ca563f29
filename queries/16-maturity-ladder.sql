-- title: The maturity ladder of LE_UK, contractual and behavioural
-- shows: where cumulative outflows overtake the counterbalancing capacity
SELECT ladder, bucket, inflow, outflow, cumulative_net, capacity, surplus
FROM gold.cash_ladder AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17'
WHERE legal_entity = 'LE_UK'
ORDER BY ladder DESC, from_day NULLS LAST;

-- title: The liquidity coverage ratio by currency
-- shows: a monitoring tool without a minimum (BCBS 238, 209-212); significant from 5 % of liabilities on.
--   LE_US funds itself in EUR and GBP against collateral: unwound, the caps take more than is held there
SELECT legal_entity, currency, hqla, net_outflows, lcr, liability_share, is_significant
FROM lcr(TABLE silver.liquidity_positions AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17', output => 'currencies')
ORDER BY legal_entity, currency;

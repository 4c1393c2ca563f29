-- title: The rows between two moments of knowledge
-- shows: what the late booking changed, row by row; the old copy of T000310 in the same file changed nothing
SELECT _change_type, trade_id, version, as_of_date, desk, currency, notional, market_value
FROM changes('silver.positions', 'eod-2025-06-23', 'restated-2025-06-17')
ORDER BY trade_id, version;

-- title: The trades that made the difference
-- shows: the same answer without the change feed: a table joined with itself at two moments of knowledge
SELECT now_known.trade_id, now_known.desk, now_known.counterparty, now_known.currency,
  was.version AS version_reported, now_known.version AS version_known,
  was.market_value AS value_reported, now_known.market_value AS value_known
FROM silver.positions AS OF T-3 AS KNOWN AT TAG 'restated-2025-06-17' now_known
LEFT JOIN silver.positions AS OF T-3 AS KNOWN AT TAG 'eod-2025-06-23' was
  ON was.trade_id = now_known.trade_id
WHERE was.trade_id IS NULL OR was.version <> now_known.version
ORDER BY now_known.trade_id;

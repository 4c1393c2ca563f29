-- title: The Treasuries of the buffer, marked on the published curve
-- shows: price from the par yield of the day beside the ledger's amount, both in US dollars
SELECT m.security_id, m.legal_entity, m.tenor, m.par_yield, ROUND(m.price, 6) AS price,
  ROUND(m.value, 2) AS value, p.amount_original AS ledger
FROM gold.hqla_marks AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17' m
JOIN silver.liquidity_positions AS OF DATE '2025-06-23' AS KNOWN AT TAG 'restated-2025-06-17' p
  ON p.security_id = m.security_id
ORDER BY m.security_id;

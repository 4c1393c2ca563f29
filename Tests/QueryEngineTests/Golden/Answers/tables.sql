-- The tables of the golden files and of docs/query-language.md; `trades` is dated by as_of_date.

-- table trades
SELECT id::BIGINT AS trade_id, day::DATE AS as_of_date, desk, cpty,
  amount::DECIMAL(18,2) AS amount, pv::DOUBLE AS pv
FROM (VALUES
  (1, '2025-06-18', 'FX', 'ACME', 10.00, 0.1),
  (2, '2025-06-18', 'FX', 'BOLT', 20.50, 0.2),
  (3, '2025-06-18', 'RATES', 'ACME', -5.25, 0.3),
  (4, '2025-06-18', 'RATES', NULL, 8.00, -0.5),
  (1, '2025-06-20', 'FX', 'ACME', 11.00, 0.4),
  (3, '2025-06-20', 'RATES', 'ACME', NULL, 0.5),
  (4, '2025-06-20', 'RATES', NULL, 8.00, -0.5),
  (5, '2025-06-20', 'CREDIT', 'CORE', 7.00, -0.6)
) v(id, day, desk, cpty, amount, pv)

-- table desks
SELECT * FROM (VALUES
  ('FX', 'LE_UK', 'Ann'), ('RATES', 'LE_US', 'Bob'), ('CREDIT', 'LE_UK', NULL), ('EQUITY', 'LE_US', 'Cid')
) v(desk, entity, head)

-- table ratings
SELECT cpty, day::DATE AS day, grade FROM (VALUES
  ('ACME', '2025-01-02', 'A'), ('ACME', '2025-06-19', 'B'), ('BOLT', '2025-03-01', 'C'),
  (NULL, '2025-03-01', 'D')
) v(cpty, day, grade)

-- table holes
SELECT * FROM (VALUES (1, 1), (2, NULL), (NULL, 3), (4, 4)) v(x, y)

-- table tree
SELECT * FROM (VALUES ('GROUP', NULL), ('LE_UK', 'GROUP'), ('LE_US', 'GROUP'), ('FX', 'LE_UK')) v(node, parent)

-- table trades@2
SELECT * REPLACE ((CASE trade_id WHEN 1 THEN 9 ELSE amount END)::DECIMAL(18,2) AS amount) FROM trades
WHERE trade_id <> 5

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

-- table risk
SELECT day::DATE AS as_of_date, desk, entity, mv::DECIMAL(18,2) AS mv, pnl::vector(5) AS pnl,
  ratio::DOUBLE AS ratio
FROM (VALUES
  ('2025-06-18', 'FX', 'LE_UK', 10.50, [1.0, -2.0, 3.0, -4.0, 0.5], 1.2),
  ('2025-06-18', 'RATES', 'LE_US', 20.00, [-1.0, 2.0, -3.0, 1.0, 0.5], 1.5),
  ('2025-06-20', 'FX', 'LE_UK', 11.00, [1.0, -2.5, 3.0, -4.0, 0.5], 1.1),
  ('2025-06-20', 'FX', 'LE_FR', 5.00, [0.5, 0.5, -0.5, -0.5, 2.0], 1.3),
  ('2025-06-20', 'RATES', 'LE_US', 21.00, [-1.0, 2.0, -3.5, 1.0, 0.5], 1.5)
) v(day, desk, entity, mv, pnl, ratio)

-- table entities
SELECT * FROM (VALUES
  ('BANK', 'EUROPE', 'LE_UK', 'LON'), ('BANK', 'EUROPE', 'LE_UK', 'EDI'),
  ('BANK', 'EUROPE', 'LE_FR', 'PAR'), ('BANK', 'AMERICAS', 'LE_US', 'NYC')
) v(consolidated, ihc, entity, branch)

-- table owners
SELECT entity, parent, first_day::DATE AS first_day, last_day::DATE AS last_day FROM (VALUES
  ('BANK', NULL, NULL, NULL), ('EUROPE', 'BANK', NULL, NULL), ('AMERICAS', 'BANK', NULL, NULL),
  ('LE_UK', 'EUROPE', NULL, '2025-06-19'), ('LE_UK', 'BANK', '2025-06-20', NULL),
  ('LE_FR', 'EUROPE', NULL, NULL), ('LE_US', 'AMERICAS', NULL, NULL)
) v(entity, parent, first_day, last_day)

-- table loops
SELECT * FROM (VALUES ('LE_UK', 'LE_US'), ('LE_US', 'LE_UK'), ('LE_FR', NULL)) v(entity, parent)

-- table doubled
SELECT * FROM (VALUES ('EUROPE', 'LE_UK'), ('AMERICAS', 'LE_UK'), ('AMERICAS', 'LE_US')) v(ihc, entity)

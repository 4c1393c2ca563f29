-- Common tables, read once or more often.

WITH t AS (SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk) SELECT a.desk, b.desk AS other FROM t a JOIN t b ON a.total < b.total ORDER BY 1, 2
----
desk | other
CREDIT | FX
CREDIT | RATES
RATES | FX

WITH t AS (SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk) SELECT desk FROM t WHERE total = (SELECT MAX(total) FROM t)
----
desk
FX

WITH a AS (SELECT DISTINCT desk FROM trades), b AS (SELECT desk FROM a WHERE desk <> 'FX'), c AS (SELECT COUNT(*) AS n FROM a) SELECT b.desk, n FROM b, c, a WHERE a.desk = b.desk ORDER BY b.desk
----
desk | n
CREDIT | 3
RATES | 3

WITH t AS MATERIALIZED (SELECT * FROM trades) SELECT COUNT(*) AS n FROM t a JOIN t b USING (trade_id, as_of_date)
----
n
8

WITH t (a) AS (SELECT 1), t2 AS (SELECT a + 1 AS b FROM t) SELECT * FROM t2, t
----
b | a
2 | 1

-- Recursion.

WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT SUM(i) AS total, COUNT(*) AS n FROM n
----
total | n
15 | 5

WITH RECURSIVE path (node, depth, way) AS (SELECT node, 0, node FROM tree WHERE parent IS NULL UNION ALL SELECT t.node, p.depth + 1, p.way || '/' || t.node FROM tree t JOIN path p ON t.parent = p.node) SELECT * FROM path ORDER BY way
----
node | depth | way
GROUP | 0 | GROUP
LE_UK | 1 | GROUP/LE_UK
FX | 2 | GROUP/LE_UK/FX
LE_US | 1 | GROUP/LE_US

WITH RECURSIVE r AS (SELECT 1 AS i UNION SELECT (i * 2) % 7 FROM r) SELECT i FROM r ORDER BY i
----
i
1
2
4

WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i FROM r) SELECT COUNT(*) FROM r
----
error: the recursive table r has not ended after 10000 steps (UNION instead of UNION ALL stops at rows that were there before)

WITH RECURSIVE f (n, v) AS (SELECT 1, 1 UNION ALL SELECT n + 1, v * (n + 1) FROM f WHERE n < 15) SELECT MAX(v) AS v FROM f
----
error: overflow: 479001600 * 13 is outside int (cast an operand to a wider type)

WITH RECURSIVE plain AS (SELECT 1 AS a UNION SELECT 2), under AS (SELECT node FROM tree WHERE node = 'LE_UK' UNION SELECT t.node FROM tree t, under u WHERE t.parent = u.node) SELECT node, a FROM under, plain ORDER BY 1, 2
----
node | a
FX | 1
FX | 2
LE_UK | 1
LE_UK | 2

SELECT desk FROM desks WHERE desk IN (WITH RECURSIVE u AS (SELECT 'LE_UK' AS node UNION ALL SELECT t.node FROM tree t JOIN u ON t.parent = u.node) SELECT node FROM u) ORDER BY 1
----
desk
FX


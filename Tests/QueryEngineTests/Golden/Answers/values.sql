-- Operators on values.

SELECT 'a' || 'b' || 1 AS t, NULL || 'x' AS n, desk || '/' || LENGTH(desk) AS d FROM desks ORDER BY d LIMIT 2
----
t | n | d
ab1 | NULL | CREDIT/6
ab1 | NULL | EQUITY/6

SELECT DATE '2025-01-31' + INTERVAL '1' MONTH AS a, DATE '2025-03-01' - INTERVAL '3' DAY AS b, DATE '2025-06-18' + 2 AS c, INTERVAL '1' YEAR + DATE '2024-02-29' AS d
----
a | b | c | d
2025-02-28 | 2025-02-26 | 2025-06-20 | 2025-02-28

SELECT TIMESTAMP '2025-01-31T10:00:00Z' + INTERVAL '90' MINUTE AS a, TIMESTAMP '2025-01-31T10:00:00Z' - INTERVAL '1' MONTH AS b
----
a | b
2025-01-31T11:30:00Z | 2024-12-31T10:00:00Z

SELECT trade_id, as_of_date - INTERVAL '1' DAY AS day FROM trades WHERE as_of_date >= DATE '2025-06-20' - INTERVAL '1' DAY ORDER BY 1 LIMIT 2
----
trade_id | day
1 | 2025-06-19
3 | 2025-06-19

-- Groups of several levels know what they are.

SELECT desk, cpty, GROUPING(desk) AS d, GROUPING(desk, cpty) AS dc, COUNT(*) AS n FROM trades GROUP BY ROLLUP (desk, cpty) HAVING GROUPING(cpty) = 1 ORDER BY dc, desk
----
desk | cpty | d | dc | n
CREDIT | NULL | 0 | 1 | 1
FX | NULL | 0 | 1 | 3
RATES | NULL | 0 | 1 | 4
NULL | NULL | 1 | 3 | 8

SELECT CASE WHEN GROUPING(entity) = 1 THEN 'ALL' ELSE entity END AS entity, COUNT(*) AS n FROM desks GROUP BY CUBE (entity) ORDER BY GROUPING(entity), 1
----
entity | n
LE_UK | 2
LE_US | 2
ALL | 4

SELECT GROUPING(head) AS g FROM desks GROUP BY entity
----
error: GROUPING takes the expressions of GROUP BY


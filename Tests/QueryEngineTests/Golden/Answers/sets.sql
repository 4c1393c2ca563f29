-- Set operations, VALUES, DISTINCT ON.

SELECT desk FROM desks UNION SELECT desk FROM trades ORDER BY desk DESC
----
desk
RATES
FX
EQUITY
CREDIT

SELECT desk AS d, head FROM desks UNION ALL BY NAME SELECT cpty AS head, grade FROM ratings ORDER BY d, head, grade
----
d | head | grade
CREDIT | NULL | NULL
EQUITY | Cid | NULL
FX | Ann | NULL
RATES | Bob | NULL
NULL | ACME | A
NULL | ACME | B
NULL | BOLT | C
NULL | NULL | D

SELECT desk, entity FROM desks UNION BY NAME SELECT entity, desk FROM desks ORDER BY ALL
----
desk | entity
CREDIT | LE_UK
EQUITY | LE_US
FX | LE_UK
RATES | LE_US

SELECT 1 AS a, 2 AS b UNION ALL SELECT 3, NULL ORDER BY b NULLS FIRST, a + 1
----
a | b
3 | NULL
1 | 2

SELECT desk FROM desks EXCEPT SELECT desk FROM trades
----
desk
EQUITY

SELECT desk AS who FROM desks INTERSECT SELECT desk FROM trades ORDER BY who LIMIT 2
----
who
CREDIT
FX

SELECT DISTINCT ON (desk) desk, trade_id, pv FROM trades ORDER BY desk, pv DESC
----
desk | trade_id | pv
CREDIT | 5 | -0.6
FX | 1 | 0.4
RATES | 3 | 0.5

SELECT DISTINCT ON (desk) desk AS d, trade_id FROM trades ORDER BY d DESC, amount DESC NULLS LAST
----
d | trade_id
RATES | 4
FX | 2
CREDIT | 5

SELECT DISTINCT ON (1, entity) LENGTH(desk) AS n, entity FROM desks ORDER BY n, entity, desk
----
n | entity
2 | LE_UK
5 | LE_US
6 | LE_UK
6 | LE_US

SELECT DISTINCT ON (entity) entity, COUNT(*) AS n FROM desks GROUP BY entity, head IS NULL ORDER BY entity, n DESC
----
entity | n
LE_UK | 1
LE_US | 2

SELECT t.b, t.a FROM (VALUES (1, 'x'), (2, 'y'), (3, NULL)) AS t(a, b) ORDER BY t.a DESC
----
b | a
NULL | 3
y | 2
x | 1

VALUES (1, 'a'), (2, 'b') ORDER BY 1 DESC
----
col0 | col1
2 | b
1 | a

SELECT * FROM desks d, LATERAL (SELECT 1) x
----
desk | entity | head | 1
FX | LE_UK | Ann | 1
RATES | LE_US | Bob | 1
CREDIT | LE_UK | NULL | 1
EQUITY | LE_US | Cid | 1

SELECT d.desk FROM desks d JOIN trades t ON t.desk = d.desk AND t.amount = (SELECT MAX(amount) FROM trades)
----
desk
FX

SELECT DISTINCT entity FROM desks ORDER BY desk
----
error: with DISTINCT, ORDER BY can only name columns of the select list (add it to the list, or GROUP BY and order by an aggregate)

-- Rows of values.

SELECT trade_id FROM trades WHERE (trade_id, desk) = (1, 'FX') ORDER BY 1
----
trade_id
1
1

SELECT DISTINCT trade_id FROM trades WHERE (trade_id, desk) IN ((1, 'FX'), (3, 'FX'), (4, 'RATES')) ORDER BY 1
----
trade_id
1
4

SELECT (1, 2) < (1, 3) AS a, (2, 1) <= (1, 9) AS b, (1, NULL) = (2, 3) AS c, (1, NULL) = (1, 3) AS d, (1, 2) <> (1, 2) AS e
----
a | b | c | d | e
true | false | false | NULL | false

SELECT x FROM holes WHERE (x, y) NOT IN ((1, 1), (7, 7)) ORDER BY x
----
x
2
4
NULL

SELECT (1, 2) = (1, 2, 3) AS a
----
error: a row of 2 values cannot be compared with one of 3

-- Lists.

SELECT [1, 2, 3, 4][2:3] AS a, [1, 2, 3][2:] AS b, [1, 2, 3][:2] AS c, [1, 2, 3][-2:] AS d, [1, 2][5:9] AS e, [1, 2, 3][2] AS f
----
a | b | c | d | e | f
[2, 3] | [2, 3] | [1, 2] | [2, 3] | [] | 2


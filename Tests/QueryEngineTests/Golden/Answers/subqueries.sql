-- Scalar subqueries: one value, NULL without rows, an error with several rows.

SELECT trade_id, amount FROM trades WHERE pv = (SELECT MAX(pv) FROM trades)
----
trade_id | amount
3 | NULL

SELECT (SELECT head FROM desks WHERE desk = 'NONE') AS h, (SELECT COUNT(*) FROM desks) AS n
----
h | n
NULL | 4

SELECT (SELECT desk FROM desks) AS d
----
error: a subquery used as a value gave 4 rows, not one (use an aggregate, or ORDER BY … LIMIT 1)

SELECT DISTINCT desk, (SELECT entity FROM desks d WHERE d.desk = t.desk) AS entity FROM trades t ORDER BY desk
----
desk | entity
CREDIT | LE_UK
FX | LE_UK
RATES | LE_US

SELECT desk, (SELECT COUNT(*) FROM trades t WHERE t.desk = d.desk) AS n, (SELECT SUM(amount) FROM trades t WHERE t.desk = d.desk) AS total FROM desks d ORDER BY desk
----
desk | n | total
CREDIT | 1 | 7.00
EQUITY | 0 | NULL
FX | 3 | 41.50
RATES | 4 | 10.75

SELECT desk, (SELECT COUNT(*) + 1 FROM trades t WHERE t.desk = d.desk AND t.amount > 9) AS n FROM desks d ORDER BY desk
----
desk | n
CREDIT | 1
EQUITY | 1
FX | 4
RATES | 1

SELECT desk, (SELECT trade_id FROM trades t WHERE t.desk = d.desk) AS one FROM desks d
----
error: a subquery used as a value gave 3 rows, not one (use an aggregate, or ORDER BY … LIMIT 1)

SELECT trade_id, as_of_date, (SELECT grade FROM ratings r WHERE r.cpty = t.cpty AND r.day <= t.as_of_date ORDER BY r.day DESC LIMIT 1) AS grade FROM trades t ORDER BY ALL
----
trade_id | as_of_date | grade
1 | 2025-06-18 | A
1 | 2025-06-20 | B
2 | 2025-06-18 | C
3 | 2025-06-18 | A
3 | 2025-06-20 | B
4 | 2025-06-18 | NULL
4 | 2025-06-20 | NULL
5 | 2025-06-20 | NULL

SELECT t.trade_id, (SELECT COUNT(*) FROM trades u WHERE u.pv < t.pv) AS below FROM trades t WHERE as_of_date = '2025-06-18' ORDER BY 1
----
trade_id | below
1 | 3
2 | 4
3 | 5
4 | 1

SELECT t.trade_id, t.pv FROM trades t WHERE t.pv > (SELECT AVG(u.pv) FROM trades u WHERE u.desk = t.desk) ORDER BY 1, 2
----
trade_id | pv
1 | 0.4
3 | 0.3
3 | 0.5

-- IN and NOT IN follow NULL.

SELECT x FROM holes WHERE x IN (SELECT y FROM holes) ORDER BY x
----
x
1
4

SELECT x FROM holes WHERE x NOT IN (SELECT y FROM holes) ORDER BY x
----
x

SELECT x FROM holes WHERE x NOT IN (SELECT y FROM holes WHERE y IS NOT NULL) ORDER BY x
----
x
2

SELECT x FROM holes WHERE x NOT IN (SELECT y FROM holes WHERE y > 100) ORDER BY x
----
x
1
2
4
NULL

SELECT x, x IN (SELECT y FROM holes) AS a, x NOT IN (SELECT y FROM holes) AS b, x IN (SELECT y FROM holes WHERE y IS NOT NULL) AS c, x IN (SELECT y FROM holes WHERE y > 100) AS d FROM holes ORDER BY x
----
x | a | b | c | d
1 | true | false | true | false
2 | NULL | NULL | false | false
4 | true | false | true | false
NULL | NULL | NULL | NULL | false

SELECT x, x IN (SELECT h.y FROM holes h WHERE h.x = holes.x) AS a FROM holes ORDER BY x
----
x | a
1 | true
2 | NULL
4 | true
NULL | false

SELECT DISTINCT desk FROM trades t WHERE desk IN (SELECT d.desk FROM desks d WHERE d.entity = 'LE_UK') ORDER BY desk
----
desk
CREDIT
FX

SELECT trade_id FROM trades WHERE (desk, cpty) IN (SELECT desk, 'ACME' FROM desks) ORDER BY 1
----
trade_id
1
1
3
3

SELECT trade_id, (desk, cpty) NOT IN (SELECT 'FX', 'ACME') AS other FROM trades WHERE as_of_date = '2025-06-18' ORDER BY 1
----
trade_id | other
1 | false
2 | true
3 | true
4 | true

-- EXISTS in every place of a condition.

SELECT desk FROM desks d WHERE EXISTS (SELECT 1 FROM trades t WHERE t.desk = d.desk AND t.amount > 9) ORDER BY desk
----
desk
FX

SELECT desk FROM desks d WHERE NOT EXISTS (SELECT * FROM trades t WHERE t.desk = d.desk) ORDER BY desk
----
desk
EQUITY

SELECT desk FROM desks d WHERE head = 'Cid' OR EXISTS (SELECT 1 FROM trades t WHERE t.desk = d.desk AND t.cpty IS NULL) ORDER BY desk
----
desk
EQUITY
RATES

SELECT desk, EXISTS (SELECT 1 FROM trades t WHERE t.desk = d.desk) AS busy, CASE WHEN NOT EXISTS (SELECT 1 FROM trades t WHERE t.desk = d.desk AND amount > 9) THEN 'small' ELSE 'big' END AS size FROM desks d ORDER BY desk
----
desk | busy | size
CREDIT | true | small
EQUITY | false | small
FX | true | big
RATES | true | small

SELECT COUNT(*) AS n FROM trades WHERE EXISTS (SELECT 1 FROM desks WHERE desk = 'NONE')
----
n
0

SELECT COUNT(*) AS n FROM trades WHERE NOT EXISTS (SELECT 1 FROM desks WHERE desk = 'NONE')
----
n
8

SELECT desk, NOT EXISTS (SELECT 1 FROM holes h WHERE h.y > LENGTH(d.head)) AS none FROM desks d ORDER BY desk
----
desk | none
CREDIT | true
EQUITY | false
FX | false
RATES | false

SELECT desk FROM desks d WHERE EXISTS (SELECT COUNT(*) FROM trades t WHERE t.desk = d.desk) ORDER BY desk
----
desk
CREDIT
EQUITY
FX
RATES

-- ANY and ALL.

SELECT trade_id, as_of_date FROM trades WHERE pv >= ALL (SELECT pv FROM trades) ORDER BY 1
----
trade_id | as_of_date
3 | 2025-06-20

SELECT x, x < ANY (SELECT y FROM holes) AS a, x > ALL (SELECT y FROM holes) AS b, x <> ALL (SELECT y FROM holes WHERE y < 3) AS c, x = ANY (SELECT y FROM holes) AS d FROM holes ORDER BY x
----
x | a | b | c | d
1 | true | false | false | true
2 | true | false | true | NULL
4 | NULL | false | true | true
NULL | NULL | NULL | NULL | NULL

SELECT x FROM holes WHERE x = ANY ([1, 4]) ORDER BY x
----
x
1
4

-- Grouped queries: HAVING, the select list, inside an aggregate.

SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk HAVING SUM(amount) > (SELECT AVG(amount) FROM trades) ORDER BY desk
----
desk | total
FX | 41.50
RATES | 10.75

SELECT desk, SUM(amount) AS total, (SELECT entity FROM desks d WHERE d.desk = t.desk) AS entity FROM trades t GROUP BY desk ORDER BY desk
----
desk | total | entity
CREDIT | 7.00 | LE_UK
FX | 41.50 | LE_UK
RATES | 10.75 | LE_US

SELECT desk, SUM(amount) / (SELECT SUM(amount) FROM trades) > 0.5 AS most FROM trades GROUP BY desk ORDER BY desk
----
desk | most
CREDIT | false
FX | true
RATES | false

SELECT SUM((SELECT COUNT(*) FROM trades t WHERE t.desk = d.desk)) AS n, SUM(CASE WHEN EXISTS (SELECT 1 FROM trades t WHERE t.desk = d.desk) THEN 1 ELSE 0 END) AS busy FROM desks d
----
n | busy
8 | 3

SELECT desk FROM trades GROUP BY desk HAVING desk IN (SELECT desk FROM desks WHERE entity = 'LE_UK') ORDER BY desk
----
desk
CREDIT
FX

SELECT trade_id, (SELECT head FROM desks d WHERE d.desk = t.cpty) AS h FROM trades t GROUP BY trade_id
----
error: column "cpty" is neither grouped nor aggregated (add it to GROUP BY, or put it into an aggregate such as any_value(cpty))

-- Deep correlation, set operations, windows and derived tables inside.

SELECT desk FROM desks d WHERE EXISTS (SELECT 1 FROM trades t WHERE t.desk = d.desk AND EXISTS (SELECT 1 FROM ratings r WHERE r.cpty = t.cpty AND r.grade = 'C')) ORDER BY desk
----
desk
FX

SELECT desk FROM desks d WHERE EXISTS (SELECT 1 FROM ratings r WHERE EXISTS (SELECT 1 FROM trades t WHERE t.desk = d.desk AND t.cpty = r.cpty AND r.grade = 'C')) ORDER BY desk
----
desk
FX

SELECT desk, (SELECT MAX(v) FROM (SELECT amount AS v FROM trades t WHERE t.desk = d.desk UNION ALL SELECT 100 FROM desks e WHERE e.desk = d.desk AND e.head IS NULL) u) AS m FROM desks d ORDER BY desk
----
desk | m
CREDIT | 100.00
EQUITY | NULL
FX | 20.50
RATES | 8.00

SELECT desk, (SELECT SUM(t.pv * LENGTH(d.desk)) FROM trades t WHERE t.desk = d.desk) AS s FROM desks d ORDER BY desk
----
desk | s
CREDIT | -3.5999999999999996
EQUITY | NULL
FX | 1.4000000000000001
RATES | -1.0

SELECT desk, (SELECT COUNT(DISTINCT cpty) FROM trades t WHERE t.desk = d.desk) AS n FROM desks d ORDER BY n DESC, desk
----
desk | n
FX | 2
CREDIT | 1
RATES | 1
EQUITY | 0

SELECT desk FROM desks d WHERE (SELECT COUNT(*) FROM trades t WHERE t.desk = d.desk) = 0
----
desk
EQUITY

SELECT d.desk, d.desk IN (SELECT t.desk FROM trades t JOIN ratings r ON r.cpty = t.cpty AND r.cpty <> d.head) AS rated FROM desks d ORDER BY 1
----
desk | rated
CREDIT | false
EQUITY | false
FX | true
RATES | true

SELECT desk, (SELECT amount FROM trades t WHERE t.desk = d.desk ORDER BY amount DESC NULLS LAST LIMIT 1 OFFSET 1) AS second FROM desks d ORDER BY desk
----
desk | second
CREDIT | NULL
EQUITY | NULL
FX | 11.00
RATES | 8.00

SELECT trade_id FROM trades WHERE as_of_date = (SELECT MAX(as_of_date) FROM trades) AND desk IN (SELECT desk FROM desks) ORDER BY trade_id
----
trade_id
1
3
4
5

WITH big AS (SELECT desk FROM trades WHERE amount > 9) SELECT desk FROM desks WHERE desk NOT IN (SELECT desk FROM big) ORDER BY desk
----
desk
CREDIT
EQUITY
RATES

SELECT x FROM holes ORDER BY (SELECT MAX(y) FROM holes h WHERE h.x = holes.x) DESC NULLS LAST, x
----
x
4
1
2
NULL

SELECT SUM((SELECT 1)) OVER () AS s, ROW_NUMBER() OVER (ORDER BY x) IN (SELECT y FROM holes) AS r FROM holes
----
error: a subquery cannot be compared with a window function (compute the window function in a subquery in FROM)

SELECT d.desk FROM desks d JOIN trades t ON t.desk = (SELECT 'FX')
----
desk
FX
FX
FX
RATES
RATES
RATES
CREDIT
CREDIT
CREDIT
EQUITY
EQUITY
EQUITY


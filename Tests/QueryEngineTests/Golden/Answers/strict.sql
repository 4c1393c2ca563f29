-- What would do nothing, or two things, is refused; PostgreSQL's rules of windows.

SELECT x FROM holes ORDER BY 'hello', x
----
error: ORDER BY cannot have the constant 'hello' (a column's name or its number, from 1 on)

SELECT x FROM holes ORDER BY -1
----
error: ORDER BY cannot have the constant -1 (a column's name or its number, from 1 on)

SELECT x FROM holes UNION SELECT y FROM holes ORDER BY TRUE
----
error: ORDER BY cannot have the constant TRUE (a column's name or its number, from 1 on)

SELECT DISTINCT ON (NULL) x FROM holes
----
error: DISTINCT ON cannot have the constant NULL (a column's name or its number, from 1 on)

SELECT sum(x) OVER (w PARTITION BY y) AS s FROM holes WINDOW w AS (ORDER BY x)
----
error: OVER (w PARTITION BY …): the partition is that of WINDOW "w" (write OVER w, or the whole window)

SELECT sum(x) OVER (w ORDER BY y) AS s FROM holes WINDOW w AS (ORDER BY x)
----
error: OVER (w ORDER BY …): WINDOW "w" has an order already (write OVER w, or the whole window)

SELECT sum(x) OVER (w) AS s FROM holes WINDOW w AS (ORDER BY x ROWS 1 PRECEDING)
----
error: OVER (w): WINDOW "w" has a frame, so it cannot be extended (write OVER w, or the whole window)

SELECT sum(x) OVER w AS s FROM holes WINDOW w AS (ORDER BY x), w AS (ORDER BY y)
----
error: WINDOW "w" is defined twice

SELECT x, sum(x) OVER (w ORDER BY x) AS s FROM holes WINDOW w AS (PARTITION BY x > 1) ORDER BY x
----
x | s
1 | 1
2 | 2
4 | 6
NULL | NULL

SELECT sum(x IGNORE NULLS) AS s FROM holes
----
error: sum takes neither IGNORE NULLS nor RESPECT NULLS here (the window functions lag, lead, first_value, last_value and nth_value do)

SELECT sum(x IGNORE NULLS) OVER () AS s FROM holes
----
error: sum takes neither IGNORE NULLS nor RESPECT NULLS (lag, lead, first_value, last_value and nth_value do)

SELECT string_agg(DISTINCT desk, ',' ORDER BY head) AS s FROM desks
----
error: with DISTINCT, string_agg can be ordered by its arguments only (of equal values each may have another place otherwise)

SELECT quantile_disc(0.5) WITHIN GROUP (ORDER BY x, y) AS q FROM holes
----
error: quantile_disc WITHIN GROUP takes one ORDER BY, found 2

-- HAVING alone is a condition on all rows together.

SELECT 1 AS one FROM holes HAVING TRUE
----
one
1

SELECT count(*) AS n FROM holes HAVING count(*) > 9
----
n

-- Subqueries in GROUP BY and in VALUES.

SELECT (SELECT entity FROM desks d WHERE d.desk = t.desk) AS entity, count(*) AS n FROM trades t GROUP BY entity ORDER BY entity
----
entity | n
LE_UK | 4
LE_US | 4

SELECT EXISTS (SELECT * FROM holes h WHERE h.x = t.trade_id) AS known, sum(amount) AS total FROM trades t GROUP BY 1 ORDER BY 1
----
known | total
false | 1.75
true | 57.50

SELECT count(*) AS n FROM trades t GROUP BY t.trade_id IN (SELECT x FROM holes WHERE x IS NOT NULL) ORDER BY n
----
n
3
5

SELECT * FROM (VALUES ((SELECT max(x) FROM holes), 1), (2, 2)) t(a, b) ORDER BY a
----
a | b
2 | 2
4 | 1

-- Subqueries in ON that read both sides.

SELECT a.x, b.y FROM holes a LEFT JOIN holes b ON EXISTS (SELECT 1 FROM trades t WHERE t.trade_id = a.x AND t.trade_id = b.y) ORDER BY ALL
----
x | y
1 | 1
2 | NULL
4 | 4
NULL | NULL

SELECT a.x, b.y FROM holes a FULL JOIN holes b ON EXISTS (SELECT 1 FROM trades t WHERE t.trade_id = a.x AND t.trade_id + 1 = b.y) ORDER BY ALL
----
x | y
1 | NULL
2 | 3
4 | NULL
NULL | 1
NULL | 4
NULL | NULL
NULL | NULL

SELECT a.x, b.y FROM holes a RIGHT JOIN holes b ON a.x IN (SELECT t.trade_id FROM trades t WHERE t.trade_id = b.y) ORDER BY ALL
----
x | y
1 | 1
4 | 4
NULL | 3
NULL | NULL

SELECT a.x FROM holes a ANTI JOIN holes b ON (SELECT count(*) FROM trades t WHERE t.trade_id = a.x AND t.trade_id >= b.y) > 0 ORDER BY ALL
----
x
NULL

SELECT a.x FROM holes a SEMI JOIN holes b ON (SELECT count(*) FROM trades t WHERE t.trade_id = a.x AND t.trade_id >= b.y) > 0 ORDER BY ALL
----
x
1
2
4

-- A table of WITH has its name alone; error(…) takes any type.

WITH a AS (SELECT 1 AS x), a AS (SELECT 2 AS x) SELECT * FROM a
----
error: WITH has two tables "a"

SELECT CASE WHEN x IS NULL THEN error('a hole') ELSE x END AS x FROM holes WHERE x IS NOT NULL ORDER BY x
----
x
1
2
4

SELECT CASE WHEN x IS NULL THEN error('a hole') ELSE x END AS x FROM holes
----
error: a hole

-- Common tables that read the row around them; frames by intervals; tables of one column by their alias.

SELECT x, (WITH t AS (SELECT h.x + 1 AS n) SELECT n * 2 FROM t) AS twice FROM holes h ORDER BY x
----
x | twice
1 | 4
2 | 6
4 | 10
NULL | NULL

SELECT i, i * 2 AS twice FROM range(2) i ORDER BY i
----
i | twice
0 | 0
1 | 2

SELECT trade_id, as_of_date, sum(trade_id) OVER (ORDER BY as_of_date RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) AS s FROM trades WHERE trade_id IN (1, 5) ORDER BY ALL
----
trade_id | as_of_date | s
1 | 2025-06-18 | 1
1 | 2025-06-20 | 6
5 | 2025-06-20 | 6

SELECT 1 IN (SELECT NULL) AS a, 'abcde'[2:3] AS b, 'abc'[-1] AS c, sum(NULL) AS s FROM range(1)
----
a | b | c | s
NULL | bc | c | NULL

-- ARRAY keeps its query's order for every row.

SELECT desk, ARRAY(SELECT trade_id FROM trades t WHERE t.desk = d.desk ORDER BY amount DESC NULLS LAST, trade_id LIMIT 3) AS ids, ARRAY(SELECT DISTINCT trade_id AS i FROM trades t WHERE t.desk = d.desk ORDER BY i DESC) AS all_ids FROM desks d ORDER BY desk
----
desk | ids | all_ids
CREDIT | [5] | [5]
EQUITY | [] | []
FX | [2, 1, 1] | [2, 1]
RATES | [4, 4, 3] | [4, 3]

SELECT ARRAY(SELECT unnest(l) AS i ORDER BY i DESC NULLS LAST) AS a FROM (VALUES ([NULL, 1, 2]), ([5, NULL, 7]), ([]::INT[])) t(l) ORDER BY a
----
a
[]
[2, 1, NULL]
[7, 5, NULL]

SELECT ARRAY(SELECT 1, 2) AS a
----
error: ARRAY takes a query of one column

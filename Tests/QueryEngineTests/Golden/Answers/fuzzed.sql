-- What scripts/fuzz-sql found, made small.

-- A key that is NULL or unmatched on one side hides no match of the others.

SELECT a.x, b.k, b.v FROM holes a LEFT JOIN (VALUES (1, 'p'), (1, 'q'), (4, 'r'), (NULL, 's')) b(k, v) ON a.x = b.k ORDER BY ALL
----
x | k | v
1 | 1 | p
1 | 1 | q
2 | NULL | NULL
4 | 4 | r
NULL | NULL | NULL

-- Chunks that lost unread columns and chunks that kept them come together.

SELECT d.desk FROM trades t RIGHT JOIN (FROM desks LEFT JOIN ratings ON TRUE WHERE grade <> 'A') d ON TRUE WHERE t.pv - 1 <> 2 AND d.head IS NULL AND t.trade_id = 5
----
desk
CREDIT
CREDIT
CREDIT

SELECT count(*) AS n FROM (SELECT t.desk FROM holes h RIGHT JOIN trades t ON TRUE WHERE 1.0 <> t.pv - h.x)
----
n
24

-- Texts are put together from any type; a NULL that was cast has its type.

SELECT concat('a', 1, NULL, 2.50, DATE '2025-01-02') AS t, concat_ws('-', 1, TRUE, 'x') AS w
----
t | w
a12.502025-01-02 | 1-true-x

SELECT CAST(NULL AS DATE) + INTERVAL '3' DAY AS d, CAST(NULL AS TIMESTAMP) - INTERVAL '1' HOUR AS t, COALESCE(CAST(NULL AS DECIMAL(9,2)), 1) AS c
----
d | t | c
NULL | NULL | 1.00

-- A decimal rounded to a constant has so many places; casts round half away from zero.

SELECT round(0.5, 0) AS a, round(9.96, 1) AS b, round(-2.345, 2) AS c, round(1234.5, -2) AS d, round(1.25, 5) AS e
----
a | b | c | d | e
1 | 10.0 | -2.35 | 1200 | 1.25

SELECT CAST(18.5 AS INT) AS a, CAST(-2.5 AS INT) AS b, CAST(2.345 AS DECIMAL(9,2)) AS c, CAST('2.345' AS DECIMAL(9,2)) AS d, CAST(0.5::DOUBLE AS DECIMAL(5,0)) AS e, CAST(2.5::DOUBLE AS INT) AS f
----
a | b | c | d | e | f
19 | -3 | 2.35 | 2.35 | 1 | 2

-- Quotients of sums keep digits before the point.

SELECT 100.00 * SUM(amount) / SUM(amount * 2.5) AS share FROM trades
----
share
40.000000000000000000000

-- What has no column is no group of GROUP BY ALL.

SELECT CAST('total' AS VARCHAR) || 'x' AS name, COUNT(*) AS n FROM trades WHERE desk = 'none' GROUP BY ALL
----
name | n
totalx | 0

-- An expression with a NaN is itself.

SELECT (pv IS DISTINCT FROM CAST('NaN' AS DOUBLE)) AS known, COUNT(*) AS n FROM trades GROUP BY 1
----
known | n
true | 8

-- A grouping set that is written twice gives its rows twice, each with its distinct values once.

SELECT desk, string_agg(DISTINCT cpty, '+' ORDER BY cpty) AS names, SUM(DISTINCT trade_id) AS s FROM trades GROUP BY GROUPING SETS ((desk), (desk)) ORDER BY ALL
----
desk | names | s
CREDIT | CORE | 5
CREDIT | CORE | 5
FX | ACME+BOLT | 3
FX | ACME+BOLT | 3
RATES | ACME | 7
RATES | ACME | 7

-- An equality that every branch of an OR repeats joins.

SELECT count(*) AS n FROM trades t, desks d WHERE (t.desk = d.desk AND d.entity = 'LE_UK' AND t.pv > 0.15) OR (t.desk = d.desk AND d.entity = 'LE_US' AND t.pv < 0)
----
n
4

-- The empty list has the type of the list beside it.

SELECT [] = [1] AS a, [2] > [] AS b, [] = ['x'] AS c, [] = [] AS d
----
a | b | c | d
false | true | false | true

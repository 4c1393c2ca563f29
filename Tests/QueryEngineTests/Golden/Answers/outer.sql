-- Subqueries that read outer queries through recursion, grouping sets, full joins and common tables;
-- LIMIT by subqueries, frames by the row, USING's own columns: beside DuckDB's answers where it has any.

SELECT x, y FROM generate_series(1, 4) AS o(x), LATERAL (WITH RECURSIVE t(y) AS (SELECT o.x UNION ALL SELECT y + 1 FROM t WHERE y < 3) SELECT * FROM t) AS t ORDER BY x, y
----
x | y
1 | 1
1 | 2
1 | 3
2 | 2
2 | 3
3 | 3
4 | 4

SELECT x, y FROM generate_series(1, 3) AS o(x), LATERAL (WITH RECURSIVE t(y) AS MATERIALIZED (SELECT 1 UNION ALL SELECT y + o.x FROM t WHERE y < 3) SELECT * FROM t) AS t ORDER BY x, y
----
x | y
1 | 1
1 | 2
1 | 3
2 | 1
2 | 3
3 | 1
3 | 4

SELECT x, y, (WITH RECURSIVE t(z) AS (SELECT x + y UNION SELECT z + 1 FROM t WHERE z < 3) SELECT SUM(z) FROM t) AS z FROM generate_series(1, 2) AS a(x), generate_series(1, 2) AS b(y) ORDER BY ALL
----
x | y | z
1 | 1 | 5
1 | 2 | 3
2 | 1 | 3
2 | 2 | 4

SELECT x, (WITH RECURSIVE t(z) AS (SELECT 1 UNION ALL SELECT t.z + (SELECT MAX(v) FROM (VALUES (1), (2)) s(v) WHERE v <= x) FROM t WHERE t.z < 5) SELECT string_agg(CAST(z AS VARCHAR), ',' ORDER BY z) FROM t) AS steps FROM (VALUES (1), (2)) o(x) ORDER BY x
----
x | steps
1 | 1,2,3,4,5
2 | 1,3,5

SELECT i, (SELECT COUNT(*) FROM (SELECT o.i FROM (VALUES (1), (2)) u(k) GROUP BY GROUPING SETS ((o.i), (), (o.i))) t) AS n FROM (VALUES (1), (2), (NULL)) o(i) ORDER BY i
----
i | n
1 | 3
2 | 3
NULL | 3

SELECT x, a, b FROM (VALUES (1), (2)) o(x), LATERAL (SELECT COUNT(*), COUNT(a) FROM (SELECT 1, 2 WHERE 1 = x) t(a, b) GROUP BY GROUPING SETS ((), (b), (a, b))) g(a, b) ORDER BY ALL
----
x | a | b
1 | 1 | 1
1 | 1 | 1
1 | 1 | 1
2 | 0 | 0

SELECT x, g, n FROM (VALUES (1), (3)) o(x), LATERAL (SELECT GROUPING(k) AS g, COUNT(*) AS n FROM (VALUES (1), (2)) u(k) WHERE k <= x GROUP BY ROLLUP (k)) r ORDER BY ALL
----
x | g | n
1 | 0 | 1
1 | 1 | 1
3 | 0 | 1
3 | 0 | 1
3 | 1 | 2

SELECT n, x, (WITH c AS (SELECT n AS v) SELECT (SELECT v FROM c WHERE x = 10 LIMIT 1)) AS z FROM (VALUES (1, 10), (1, 20), (2, 10), (2, 20)) t(n, x) ORDER BY n, x
----
n | x | z
1 | 10 | 1
1 | 20 | NULL
2 | 10 | 2
2 | 20 | NULL

SELECT (SELECT MIN(v) FROM unnest((SELECT a)) u(v)) AS least FROM (SELECT [3, 1, 2, NULL] AS a) t
----
least
1

SELECT * FROM (SELECT [1, 2] AS a) t, unnest((SELECT (SELECT a))) u(m) ORDER BY m
----
a | m
[1, 2] | 1
[1, 2] | 2

SELECT i FROM range(100000) t(i) ORDER BY -i LIMIT (SELECT 3) OFFSET (SELECT 2)
----
i
99997
99996
99995

SELECT i FROM (VALUES (1), (NULL), (2)) t(i) ORDER BY i LIMIT (SELECT NULL)
----
i
1
2
NULL

SELECT i FROM (VALUES (1), (NULL), (2)) t(i) ORDER BY i DESC LIMIT 1 OFFSET (SELECT COUNT(*) FROM (VALUES (1)) u)
----
i
2

SELECT x, (SELECT i FROM range(9) t(i) ORDER BY i DESC LIMIT 1 OFFSET (SELECT 3)) AS i FROM (VALUES (1)) o(x)
----
x | i
1 | 5

SELECT i, MEDIAN(i) OVER (ORDER BY i ROWS BETWEEN p PRECEDING AND f FOLLOWING) AS m, COUNT(*) OVER (ORDER BY i GROUPS BETWEEN p PRECEDING AND f FOLLOWING) AS c FROM (VALUES (0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 3, 1), (4, 1, 1), (5, 3, 1)) t(i, p, f) ORDER BY i
----
i | m | c
0 | 0.5 | 2
1 | 1.0 | 3
2 | 2.0 | 3
3 | 2.0 | 5
4 | 4.0 | 3
5 | 3.5 | 4

SELECT i, SUM(i) OVER (ORDER BY i ROWS BETWEEN i % 2 PRECEDING AND (SELECT 1) FOLLOWING) AS s FROM range(5) t(i) ORDER BY i
----
i | s
0 | 1
1 | 3
2 | 5
3 | 9
4 | 4

SELECT g, SUM(SUM(v)) OVER (ORDER BY g ROWS BETWEEN MIN(p) PRECEDING AND CURRENT ROW) AS s FROM (VALUES (1, 1, 0), (2, 5, 1), (3, 7, 2), (3, 8, 2)) t(g, v, p) GROUP BY g ORDER BY g
----
g | s
1 | 1
2 | 6
3 | 21

SELECT a.k AS ours, b.k AS theirs, k FROM (VALUES (1), (2)) a(k) RIGHT JOIN (VALUES (2), (3)) b(k) USING (k) ORDER BY k
----
ours | theirs | k
2 | 2 | 2
NULL | 3 | 3

SELECT *, a.k AS ours FROM (VALUES (1, 'x'), (2, 'y')) a(k, v) FULL JOIN (VALUES (2, 'p'), (3, 'q')) b(k, w) USING (k) ORDER BY k
----
k | v | w | ours
1 | x | NULL | 1
2 | y | p | 2
3 | NULL | q | NULL

SELECT k, c.k AS last FROM (VALUES (1)) a(k) FULL JOIN (VALUES (2)) b(k) USING (k) FULL JOIN (VALUES (2), (3)) c(k) USING (k) ORDER BY k
----
k | last
1 | NULL
2 | 2
3 | 3

SELECT k FROM (VALUES (1), (2)) a(k) RIGHT JOIN (VALUES (5000000000), (2)) b(k) USING (k) ORDER BY k
----
k
2
5000000000

SELECT a.* FROM (VALUES (1, 'x'), (2, 'y')) a(k, v) RIGHT JOIN (VALUES (2), (3)) b(k) USING (k) ORDER BY v
----
k | v
2 | y
NULL | NULL

SELECT b.x FROM b : (SELECT 4 AS x)
----
x
4

SELECT nulls.a FROM (SELECT 1 AS a) nulls ORDER BY a NULLS LAST
----
a
1

SELECT o.b, q.a, q.b AS r FROM (VALUES (1), (2)) o(b) LEFT JOIN LATERAL (SELECT l.a, r.b FROM LATERAL (SELECT b) l(a) RIGHT JOIN (VALUES (1)) r(b) ON EXISTS (SELECT 1 WHERE l.a = r.b)) q ON TRUE ORDER BY o.b
----
b | a | r
1 | 1 | 1
2 | NULL | 1

SELECT i, (SELECT SUM(a.i) FROM (VALUES (1), (2), (3), (NULL)) a(i) FULL JOIN (VALUES (1), (2), (3), (NULL)) b(i) ON a.i = b.i OR a.i = o.i - 1) AS s FROM (VALUES (1), (2), (3), (NULL)) o(i) ORDER BY i
----
i | s
1 | 6
2 | 9
3 | 12
NULL | 6

SELECT make_timestamp(1500000) AS t, hex('aÿ') AS h, list_reverse_sort([1, NULL, 2]) AS r
----
t | h | r
1970-01-01T00:00:01.5Z | 61C3BF | [NULL, 2, 1]

SELECT mode(v ORDER BY v DESC) AS last, mode() WITHIN GROUP (ORDER BY v) AS first, mode(v ORDER BY k) FILTER (WHERE k < 4) AS some FROM (VALUES (1, 4), (2, 3), (2, 2), (1, 1), (NULL, 0)) t(v, k)
----
last | first | some
2 | 1 | 2

SELECT list_mode([3, 1, NULL, 1, 3]) AS m, list_mode([]) AS none
----
m | none
3 | NULL

SELECT * FROM (SELECT 42 AS a, 44 AS a) t
----
a | a
42 | 44

SELECT t.*, u.a FROM (SELECT 1 AS a, 2 AS a) t CROSS JOIN (SELECT 3 AS a) u
----
a | a | a
1 | 2 | 3

SELECT (SELECT v) AS same FROM (VALUES (1), (2)) v ORDER BY same
----
same
1
2

SELECT * FROM ((VALUES (1)) a(x) FULL JOIN (VALUES (2)) b(x) USING (x)) CROSS JOIN (VALUES (3)) r(x) ORDER BY 1
----
x | x
1 | 3
2 | 3

SELECT k, (SELECT v FROM (VALUES (1, 5), (1, 3), (1, 4), (2, 9)) t(g, v) WHERE g = k ORDER BY v DESC LIMIT (SELECT 1) OFFSET (SELECT 1)) AS second FROM (VALUES (1), (2)) o(k) ORDER BY k
----
k | second
1 | 4
2 | NULL

SELECT k, w FROM (VALUES (1), (2)) o(k), LATERAL (SELECT v + 1 AS w FROM (VALUES (1, 5), (1, 3), (1, 4), (2, 9)) t(g, v) WHERE g = k ORDER BY v LIMIT (SELECT 2)) l ORDER BY ALL
----
k | w
1 | 4
1 | 5
2 | 10

SELECT j.k, j.v, x FROM ((VALUES (1, 'a'), (2, 'b')) a(k, v) JOIN (VALUES (1, 'c')) b(k, w) USING (k)) j JOIN (VALUES (1)) c(x) ON j.k = c.x
----
k | v | x
1 | a | 1

SELECT p, q FROM ((VALUES (1)) a(k) FULL JOIN (VALUES (2)) b(k) USING (k)) j(p) CROSS JOIN (VALUES (3)) c(q) ORDER BY p
----
p | q
1 | 3
2 | 3

SELECT i, quantile_disc(v, [0.25, 0.75]) OVER (ORDER BY i ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS q FROM (VALUES (1, 5), (2, 7), (3, NULL), (4, NULL)) t(i, v) ORDER BY i
----
i | q
1 | [5, 7]
2 | [7, 7]
3 | NULL
4 | NULL

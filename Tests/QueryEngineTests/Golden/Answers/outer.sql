-- Subqueries that read outer queries through recursion, grouping sets, full joins and common tables;
-- LIMIT by subqueries, frames by the row, USING's own columns: beside DuckDB's answers where it has any.

SELECT x, y FROM generate_series(1, 4) AS o(x), LATERAL (WITH RECURSIVE t(y) AS (SELECT o.x UNION ALL SELECT y + 1 FROM t WHERE y < 3) SELECT * FROM t) AS t ORDER BY x, y
----

SELECT x, y FROM generate_series(1, 3) AS o(x), LATERAL (WITH RECURSIVE t(y) AS MATERIALIZED (SELECT 1 UNION ALL SELECT y + o.x FROM t WHERE y < 3) SELECT * FROM t) AS t ORDER BY x, y
----

SELECT x, y, (WITH RECURSIVE t(z) AS (SELECT x + y UNION SELECT z + 1 FROM t WHERE z < 3) SELECT SUM(z) FROM t) AS z FROM generate_series(1, 2) AS a(x), generate_series(1, 2) AS b(y) ORDER BY ALL
----

SELECT x, (WITH RECURSIVE t(z) AS (SELECT 1 UNION ALL SELECT t.z + (SELECT MAX(v) FROM (VALUES (1), (2)) s(v) WHERE v <= x) FROM t WHERE t.z < 5) SELECT string_agg(CAST(z AS VARCHAR), ',' ORDER BY z) FROM t) AS steps FROM (VALUES (1), (2)) o(x) ORDER BY x
----

SELECT i, (SELECT COUNT(*) FROM (SELECT o.i FROM (VALUES (1), (2)) u(k) GROUP BY GROUPING SETS ((o.i), (), (o.i))) t) AS n FROM (VALUES (1), (2), (NULL)) o(i) ORDER BY i
----

SELECT x, a, b FROM (VALUES (1), (2)) o(x), LATERAL (SELECT COUNT(*), COUNT(a) FROM (SELECT 1, 2 WHERE 1 = x) t(a, b) GROUP BY GROUPING SETS ((), (b), (a, b))) g(a, b) ORDER BY ALL
----

SELECT x, g, n FROM (VALUES (1), (3)) o(x), LATERAL (SELECT GROUPING(k) AS g, COUNT(*) AS n FROM (VALUES (1), (2)) u(k) WHERE k <= x GROUP BY ROLLUP (k)) r ORDER BY ALL
----

SELECT n, x, (WITH c AS (SELECT n AS v) SELECT (SELECT v FROM c WHERE x = 10 LIMIT 1)) AS z FROM (VALUES (1, 10), (1, 20), (2, 10), (2, 20)) t(n, x) ORDER BY n, x
----

SELECT (SELECT MIN(v) FROM unnest((SELECT a)) u(v)) AS least FROM (SELECT [3, 1, 2, NULL] AS a) t
----

SELECT * FROM (SELECT [1, 2] AS a) t, unnest((SELECT (SELECT a))) u(m) ORDER BY m
----

SELECT i FROM range(100000) t(i) ORDER BY -i LIMIT (SELECT 3) OFFSET (SELECT 2)
----

SELECT i FROM (VALUES (1), (NULL), (2)) t(i) ORDER BY i LIMIT (SELECT NULL)
----

SELECT i FROM (VALUES (1), (NULL), (2)) t(i) ORDER BY i DESC LIMIT 1 OFFSET (SELECT COUNT(*) FROM (VALUES (1)) u)
----

SELECT x, (SELECT i FROM range(9) t(i) ORDER BY i DESC LIMIT 1 OFFSET (SELECT 3)) AS i FROM (VALUES (1)) o(x)
----

SELECT i, MEDIAN(i) OVER (ORDER BY i ROWS BETWEEN p PRECEDING AND f FOLLOWING) AS m, COUNT(*) OVER (ORDER BY i GROUPS BETWEEN p PRECEDING AND f FOLLOWING) AS c FROM (VALUES (0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 3, 1), (4, 1, 1), (5, 3, 1)) t(i, p, f) ORDER BY i
----

SELECT i, SUM(i) OVER (ORDER BY i ROWS BETWEEN i % 2 PRECEDING AND (SELECT 1) FOLLOWING) AS s FROM range(5) t(i) ORDER BY i
----

SELECT g, SUM(SUM(v)) OVER (ORDER BY g ROWS BETWEEN MIN(p) PRECEDING AND CURRENT ROW) AS s FROM (VALUES (1, 1, 0), (2, 5, 1), (3, 7, 2), (3, 8, 2)) t(g, v, p) GROUP BY g ORDER BY g
----

SELECT a.k AS ours, b.k AS theirs, k FROM (VALUES (1), (2)) a(k) RIGHT JOIN (VALUES (2), (3)) b(k) USING (k) ORDER BY k
----

SELECT *, a.k AS ours FROM (VALUES (1, 'x'), (2, 'y')) a(k, v) FULL JOIN (VALUES (2, 'p'), (3, 'q')) b(k, w) USING (k) ORDER BY k
----

SELECT k, c.k AS last FROM (VALUES (1)) a(k) FULL JOIN (VALUES (2)) b(k) USING (k) FULL JOIN (VALUES (2), (3)) c(k) USING (k) ORDER BY k
----

SELECT k FROM (VALUES (1), (2)) a(k) RIGHT JOIN (VALUES (5000000000), (2)) b(k) USING (k) ORDER BY k
----

SELECT a.* FROM (VALUES (1, 'x'), (2, 'y')) a(k, v) RIGHT JOIN (VALUES (2), (3)) b(k) USING (k) ORDER BY v
----

SELECT b.x FROM b : (SELECT 4 AS x)
----

SELECT nulls.a FROM (SELECT 1 AS a) nulls ORDER BY a NULLS LAST
----

SELECT o.b, q.a, q.b AS r FROM (VALUES (1), (2)) o(b) LEFT JOIN LATERAL (SELECT l.a, r.b FROM LATERAL (SELECT b) l(a) RIGHT JOIN (VALUES (1)) r(b) ON EXISTS (SELECT 1 WHERE l.a = r.b)) q ON TRUE ORDER BY o.b
----

SELECT i, (SELECT SUM(a.i) FROM (VALUES (1), (2), (3), (NULL)) a(i) FULL JOIN (VALUES (1), (2), (3), (NULL)) b(i) ON a.i = b.i OR a.i = o.i - 1) AS s FROM (VALUES (1), (2), (3), (NULL)) o(i) ORDER BY i
----

SELECT make_timestamp(1500000) AS t, hex('aÿ') AS h, list_reverse_sort([1, NULL, 2]) AS r
----

-- What would do nothing, or two things, is refused; PostgreSQL's rules of windows.

SELECT x FROM holes ORDER BY 'hello', x
----

SELECT x FROM holes ORDER BY -1
----

SELECT x FROM holes UNION SELECT y FROM holes ORDER BY TRUE
----

SELECT DISTINCT ON (NULL) x FROM holes
----

SELECT sum(x) OVER (w PARTITION BY y) AS s FROM holes WINDOW w AS (ORDER BY x)
----

SELECT sum(x) OVER (w ORDER BY y) AS s FROM holes WINDOW w AS (ORDER BY x)
----

SELECT sum(x) OVER (w) AS s FROM holes WINDOW w AS (ORDER BY x ROWS 1 PRECEDING)
----

SELECT sum(x) OVER w AS s FROM holes WINDOW w AS (ORDER BY x), w AS (ORDER BY y)
----

SELECT x, sum(x) OVER (w ORDER BY x) AS s FROM holes WINDOW w AS (PARTITION BY x > 1) ORDER BY x
----

SELECT sum(x IGNORE NULLS) AS s FROM holes
----

SELECT sum(x IGNORE NULLS) OVER () AS s FROM holes
----

SELECT string_agg(DISTINCT desk, ',' ORDER BY head) AS s FROM desks
----

SELECT quantile_disc(0.5) WITHIN GROUP (ORDER BY x, y) AS q FROM holes
----

-- HAVING alone is a condition on all rows together.

SELECT 1 AS one FROM holes HAVING TRUE
----

SELECT count(*) AS n FROM holes HAVING count(*) > 9
----

-- Subqueries in GROUP BY and in VALUES.

SELECT (SELECT entity FROM desks d WHERE d.desk = t.desk) AS entity, count(*) AS n FROM trades t GROUP BY entity ORDER BY entity
----

SELECT EXISTS (SELECT * FROM holes h WHERE h.x = t.trade_id) AS known, sum(amount) AS total FROM trades t GROUP BY 1 ORDER BY 1
----

SELECT count(*) AS n FROM trades t GROUP BY t.trade_id IN (SELECT x FROM holes WHERE x IS NOT NULL) ORDER BY n
----

SELECT * FROM (VALUES ((SELECT max(x) FROM holes), 1), (2, 2)) t(a, b) ORDER BY a
----

-- Subqueries in ON that read both sides.

SELECT a.x, b.y FROM holes a LEFT JOIN holes b ON EXISTS (SELECT 1 FROM trades t WHERE t.trade_id = a.x AND t.trade_id = b.y) ORDER BY ALL
----

SELECT a.x, b.y FROM holes a FULL JOIN holes b ON EXISTS (SELECT 1 FROM trades t WHERE t.trade_id = a.x AND t.trade_id + 1 = b.y) ORDER BY ALL
----

SELECT a.x, b.y FROM holes a RIGHT JOIN holes b ON a.x IN (SELECT t.trade_id FROM trades t WHERE t.trade_id = b.y) ORDER BY ALL
----

SELECT a.x FROM holes a ANTI JOIN holes b ON (SELECT count(*) FROM trades t WHERE t.trade_id = a.x AND t.trade_id >= b.y) > 0 ORDER BY ALL
----

SELECT a.x FROM holes a SEMI JOIN holes b ON (SELECT count(*) FROM trades t WHERE t.trade_id = a.x AND t.trade_id >= b.y) > 0 ORDER BY ALL
----

-- Aggregates made of others: NULLs are passed over, groups of nothing give NULL (entropy 0).

SELECT desk, product(amount) AS p, bit_or(trade_id) AS o, bit_and(trade_id) AS a, bit_xor(trade_id) AS x, count_if(pv > 0) AS n, entropy(cpty) AS e FROM trades GROUP BY desk ORDER BY desk
----
desk | p | o | a | x | n | e
CREDIT | 7.0 | 5 | 5 | 5 | 0 | 0.0
FX | 2255.0 | 3 | 0 | 2 | 3 | 0.9182958340544896
RATES | -336.0 | 7 | 0 | 0 | 2 | 0.0

SELECT product(x) FILTER (WHERE x > 99) AS p, skewness(x) AS s, kurtosis(x) AS k, kurtosis_pop(x) AS kp, mad(x) AS m, sem(x) AS e, geomean(x) AS g, entropy(x) FILTER (WHERE x > 99) AS none FROM holes
----
p | s | k | kp | m | e | g | none
NULL | 0.9352195295828234 | NULL | -1.5000000000000002 | 1.0 | 0.7200822998230956 | 2.0 | 0.0

SELECT skewness(v) AS s, kurtosis(v) AS k, kurtosis_pop(v) AS kp FROM (VALUES (10), (10), (10), (10), (20), (20), (25), (30), (30), (30), (30)) t(v)
----
s | k | kp
-0.16344366935199084 | -1.961427713846749 | -1.6768566283080493

SELECT skewness(1) AS s, kurtosis(7) AS k, product(NULL) AS p FROM range(5)
----
s | k | p
NULL | NULL | NULL

-- A product neither overflows nor vanishes on its way.

SELECT product(v) AS p FROM (VALUES (1e300), (1e300), (1e-300), (-2e-300)) t(v)
----
p
-2.0

SELECT weighted_avg(pv, amount) AS w, weighted_avg(pv, 0) AS none, product(DISTINCT trade_id) AS d FROM trades
----
w | none | d
-0.07215189873417721 | NULL | 120.0

SELECT x, product(x) OVER (ORDER BY x) AS running, arg_min_null(y, x) OVER () AS first FROM holes ORDER BY x
----
x | running | first
1 | 1.0 | 1
2 | 2.0 | 1
4 | 8.0 | 1
NULL | 8.0 | 1

SELECT arg_max_null(y, x) AS y, arg_max(y, x) AS known FROM holes WHERE x < 3
----
y | known
NULL | 1

SELECT desk, sum(pv) AS s FROM trades GROUP BY ALL HAVING product(trade_id) > 5 ORDER BY product(trade_id)
----
desk | s
RATES | -0.2

SELECT product(1, 2) AS p
----
error: product takes 1 argument, found 2

SELECT trade_id FROM trades WHERE product(amount) > 1
----
error: WHERE cannot have the aggregate product (conditions on aggregates go into HAVING)

SELECT i, median(v) OVER w AS m, mode(v) OVER w AS o, mad(v) OVER w AS d, quantile_disc(v, 0.5) OVER w AS q FROM (VALUES (1, 4), (2, NULL), (3, 1), (4, 4), (5, 9), (6, 1)) t(i, v) WINDOW w AS (ORDER BY i ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) ORDER BY i
----
i | m | o | d | q
1 | 4.0 | 4 | 0.0 | 4
2 | 4.0 | 4 | 0.0 | 4
3 | 2.5 | 1 | 1.5 | 1
4 | 2.5 | 1 | 1.5 | 1
5 | 4.0 | 1 | 3.0 | 4
6 | 4.0 | 1 | 3.0 | 4

SELECT count(*) AS n, count(*) FILTER (WHERE a IS DISTINCT FROM b OR c IS DISTINCT FROM d) AS differ FROM (SELECT median(v) OVER w AS a, median(v) OVER x AS b, mode(v) OVER w AS c, mode(v) OVER x AS d FROM (SELECT i, i * 7919 % 101 AS v FROM range(3000) t(i)) WINDOW w AS (ORDER BY i), x AS (ORDER BY i RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES)) r
----
n | differ
3000 | 0

SELECT regr_r2(1e230 * i, i) AS r2, corr(1e-200 * i, -1e200 * i) AS c, stddev_pop(1e200 * i) > 1e200 AS s, regr_slope(pow(2, 900) * i, pow(2, 600) * i) = pow(2, 300) AS slope FROM range(5) t(i)
----
r2 | c | s | slope
1.0 | -1.0 | true | true

SELECT length([1, 2, NULL]) AS l, length('hé') AS t
----
l | t
3 | 2

SELECT count(*) AS n, count(*) FILTER (WHERE a1 IS DISTINCT FROM a2) AS a, count(*) FILTER (WHERE b1 IS DISTINCT FROM b2) AS b, count(*) FILTER (WHERE c1 IS DISTINCT FROM c2) AS c, count(*) FILTER (WHERE d1 IS DISTINCT FROM d2) AS d FROM (SELECT quantile_cont(v, 0.3) OVER w AS a1, quantile_cont(v, 0.3) OVER x AS a2, quantile_disc(v, 0.7) OVER w AS b1, quantile_disc(v, 0.7) OVER x AS b2, mad(v) OVER w AS c1, mad(v) OVER x AS c2, mode(v) OVER w AS d1, mode(v) OVER x AS d2 FROM (SELECT i, CASE WHEN i % 11 = 0 THEN NULL WHEN i % 97 = 0 THEN CAST('NaN' AS DOUBLE) ELSE i * 7919 % 101 / 4.0e0 END AS v FROM range(1500) t(i)) WINDOW w AS (ORDER BY i ROWS BETWEEN 30 PRECEDING AND i % 7 FOLLOWING), x AS (ORDER BY i ROWS BETWEEN 30 PRECEDING AND i % 7 FOLLOWING EXCLUDE TIES)) r
----
n | a | b | c | d
1500 | 0 | 0 | 0 | 0

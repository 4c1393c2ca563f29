-- Aggregates made of others: NULLs are passed over, groups of nothing give NULL (entropy 0).

SELECT desk, product(amount) AS p, bit_or(trade_id) AS o, bit_and(trade_id) AS a, bit_xor(trade_id) AS x, count_if(pv > 0) AS n, entropy(cpty) AS e FROM trades GROUP BY desk ORDER BY desk
----

SELECT product(x) FILTER (WHERE x > 99) AS p, skewness(x) AS s, kurtosis(x) AS k, kurtosis_pop(x) AS kp, mad(x) AS m, sem(x) AS e, geomean(x) AS g, entropy(x) FILTER (WHERE x > 99) AS none FROM holes
----

SELECT skewness(v) AS s, kurtosis(v) AS k, kurtosis_pop(v) AS kp FROM (VALUES (10), (10), (10), (10), (20), (20), (25), (30), (30), (30), (30)) t(v)
----

SELECT skewness(1) AS s, kurtosis(7) AS k, product(NULL) AS p FROM range(5)
----

-- A product neither overflows nor vanishes on its way.

SELECT product(v) AS p FROM (VALUES (1e300), (1e300), (1e-300), (-2e-300)) t(v)
----

SELECT weighted_avg(pv, amount) AS w, weighted_avg(pv, 0) AS none, product(DISTINCT trade_id) AS d FROM trades
----

SELECT x, product(x) OVER (ORDER BY x) AS running, arg_min_null(y, x) OVER () AS first FROM holes ORDER BY x
----

SELECT arg_max_null(y, x) AS y, arg_max(y, x) AS known FROM holes WHERE x < 3
----

SELECT desk, sum(pv) AS s FROM trades GROUP BY ALL HAVING product(trade_id) > 5 ORDER BY product(trade_id)
----

SELECT product(1, 2) AS p
----

SELECT trade_id FROM trades WHERE product(amount) > 1
----

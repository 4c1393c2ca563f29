-- Functions and aggregates beside their values in PostgreSQL or DuckDB.

SELECT approx_count_distinct(desk) AS desks, approx_count_distinct(cpty) AS cptys, approx_count_distinct(trade_id) AS ids FROM trades
----

SELECT regr_slope(y, x) AS slope, regr_intercept(y, x) AS icept, regr_r2(y, x) AS r2, regr_count(y, x) AS n, regr_avgx(y, x) AS ax, regr_avgy(y, x) AS ay, regr_sxx(y, x) AS sxx, regr_syy(y, x) AS syy, regr_sxy(y, x) AS sxy FROM (VALUES (1.0, 2.0), (2.0, 4.5), (3.0, 5.5), (4.0, 9.0), (NULL, 1.0)) t(x, y)
----

SELECT regr_slope(x, 1) AS none, regr_count(x, y) AS pairs FROM holes
----

SELECT corr(y, x) AS c, covar_samp(y, x) AS s, covar_pop(y, x) AS p FROM (VALUES (1.0, 2.0), (2.0, 4.5), (3.0, 5.5), (4.0, 9.0)) t(x, y)
----

SELECT mode(desk) AS m FROM trades
----

SELECT list_append([1, 2], 3) AS a, list_prepend(0, [1]) AS p, list_concat([1], [2, 3]) AS c, array_cat(['a'], ['b']) AS d
----

SELECT list_sort([3, 1, NULL, 2]) AS s, list_reverse_sort([3, 1, 2]) AS r, list_reverse([1, 2, 3]) AS v, list_distinct([2, 1, 2, NULL]) AS d
----

SELECT list_position([5, 6, 7], 7) AS p, list_contains([5, 6], 6) AS c, array_to_string(['a', NULL, 'c'], '-') AS t
----

SELECT range(3) AS a, range(2, 8, 3) AS b, generate_series(1, 3) AS c, generate_series(3, 1, -1) AS d, range(5, 1) AS e
----

SELECT list_append(NULL, 1) AS n, list_append([1], NULL) AS m
----

SELECT error('stop: ' || desk) FROM desks WHERE desk = 'FX'
----

SELECT CASE WHEN desk = 'none' THEN error('no ' || desk) ELSE desk END AS d FROM desks ORDER BY d LIMIT 1
----

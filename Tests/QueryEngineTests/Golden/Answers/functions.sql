-- Functions and aggregates beside their values in PostgreSQL or DuckDB.

SELECT approx_count_distinct(desk) AS desks, approx_count_distinct(cpty) AS cptys, approx_count_distinct(trade_id) AS ids FROM trades
----
desks | cptys | ids
3 | 3 | 5

SELECT regr_slope(y, x) AS slope, regr_intercept(y, x) AS icept, regr_r2(y, x) AS r2, regr_count(y, x) AS n, regr_avgx(y, x) AS ax, regr_avgy(y, x) AS ay, regr_sxx(y, x) AS sxx, regr_syy(y, x) AS syy, regr_sxy(y, x) AS sxy FROM (VALUES (1.0, 2.0), (2.0, 4.5), (3.0, 5.5), (4.0, 9.0), (NULL, 1.0)) t(x, y)
----
slope | icept | r2 | n | ax | ay | sxx | syy | sxy
2.2 | -0.25 | 0.9584158415841584 | 4 | 2.5 | 5.25 | 5.0 | 25.25 | 11.0

SELECT regr_slope(x, 1) AS none, regr_count(x, y) AS pairs FROM holes
----
none | pairs
NULL | 2

SELECT corr(y, x) AS c, covar_samp(y, x) AS s, covar_pop(y, x) AS p FROM (VALUES (1.0, 2.0), (2.0, 4.5), (3.0, 5.5), (4.0, 9.0)) t(x, y)
----
c | s | p
0.9789871508779665 | 3.6666666666666665 | 2.75

SELECT regr_r2(y, x) AS r2, corr(y, x) AS c, regr_slope(y, x) AS slope FROM (VALUES (1.0::DOUBLE, 2.0::DOUBLE), ('NaN'::DOUBLE, 4.5::DOUBLE), (3.0::DOUBLE, 5.5::DOUBLE)) t(x, y)
----
r2 | c | slope
nan | nan | nan

SELECT mode(desk) AS m FROM trades
----
m
RATES

SELECT list_append([1, 2], 3) AS a, list_prepend(0, [1]) AS p, list_concat([1], [2, 3]) AS c, array_cat(['a'], ['b']) AS d
----
a | p | c | d
[1, 2, 3] | [0, 1] | [1, 2, 3] | [a, b]

SELECT list_sort([3, 1, NULL, 2]) AS s, list_reverse_sort([3, NULL, 1, 2]) AS r, list_reverse([1, 2, 3]) AS v, list_distinct([2, 1, 2, NULL]) AS d
----
s | r | v | d
[1, 2, 3, NULL] | [NULL, 3, 2, 1] | [3, 2, 1] | [2, 1]

SELECT list_position([5, 6, 7], 7) AS p, list_contains([5, 6], 6) AS c, array_to_string(['a', NULL, 'c'], '-') AS t
----
p | c | t
3 | true | a-c

SELECT range(3) AS a, range(2, 8, 3) AS b, generate_series(1, 3) AS c, generate_series(3, 1, -1) AS d, range(5, 1) AS e
----
a | b | c | d | e
[0, 1, 2] | [2, 5] | [1, 2, 3] | [3, 2, 1] | []

SELECT list_append(NULL, 1) AS n, list_append([1], NULL) AS m
----
error: list_append does not take (string, int) (it is used as list_append(list, value): with the value behind it)

SELECT error('stop: ' || desk) FROM desks WHERE desk = 'FX'
----
error: stop: FX

SELECT CASE WHEN desk = 'none' THEN error('no ' || desk) ELSE desk END AS d FROM desks ORDER BY d LIMIT 1
----
d
CREDIT

SELECT arg_max(trade_id, amount, 2) AS top, arg_min(trade_id, amount, 2) AS low, max(amount, 2) AS most, min(pv, 1) AS least FROM trades
----
top | low | most | least
[2, 1] | [3, 5] | [20.50, 11.00] | [-0.6]

SELECT desk, max(amount, 1) AS most FROM trades GROUP BY desk ORDER BY desk
----
desk | most
CREDIT | [7.00]
FX | [20.50]
RATES | [8.00]

SELECT max(amount, 0) AS none FROM trades
----
error: max takes a number of values from 1 on as its last argument (max(amount, 3))

-- Of several most frequent values the mode is the smallest.

SELECT mode(x) AS m FROM (VALUES (3), (2), (3), (2), (9)) t(x)
----
m
2

-- Fractions of quantiles.

SELECT quantile_disc(trade_id, -0.5) FROM trades
----
error: the fraction of a quantile lies between 0 and 1, not -0.5 (the median is quantile_disc(x, 0.5))

SELECT quantile_cont(pv, 1.5) FROM trades
----
error: the fraction of a quantile lies between 0 and 1, not 1.5 (the median is quantile_cont(x, 0.5))

SELECT quantile_cont(pv, [0.5, NULL]) FROM trades
----
error: the fraction of a quantile lies between 0 and 1, not NULL (the median is quantile_cont(x, 0.5))

SELECT quantile_disc(trade_id, CAST(f AS DOUBLE)) FROM trades, (VALUES ('NaN')) t(f)
----
error: the fraction of a quantile lies between 0 and 1, not nan (the median is quantile_disc(x, 0.5))

-- P&L vectors: sums, tail measures, contributions.

SELECT desk, vsum(pnl) AS v FROM risk AS OF T GROUP BY desk ORDER BY desk
----

SELECT vsum(pnl) AS v FROM risk WHERE desk = 'none'
----

SELECT vsum(v) AS v FROM (VALUES ([0.1, 1e16]), ([0.2, 1.0]), ([0.3, -1e16]), (NULL)) t(v)
----

SELECT vsum(v) FROM (VALUES ([1.0, 2.0]), ([1.0])) t(v)
----

SELECT vsum(v) FROM (VALUES ([1.0, NULL])) t(v)
----

SELECT desk, var(pnl, 0.8) AS v, var(pnl, 0.8, 'linear') AS l, es(pnl, 0.7) AS e, es(pnl, 0.7, 'tail_mean') AS m FROM risk AS OF T GROUP BY desk ORDER BY desk
----

SELECT var(vsum(pnl), 0.8) = var(pnl, 0.8) AS same FROM risk AS OF T
----

SELECT vector_var([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0], 0.9) AS next, vector_var([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0], 0.9, 'inverted_cdf') AS inverted, vector_es([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0], 0.75) AS es
----

SELECT desk, component(var80) AS part, incremental(var80) AS incremental FROM risk AS OF T GROUP BY desk ORDER BY desk
----

SELECT SUM(part) AS parts, (SELECT var80 FROM risk AS OF T) AS whole FROM (SELECT desk, component(var80) AS part FROM risk AS OF T GROUP BY desk) x
----

SELECT (SELECT var80 FROM risk AS OF T) - (SELECT var80 FROM risk AS OF T WHERE desk <> 'FX') AS fx
----

SELECT as_of_date, desk, component(es(pnl, 0.7), as_of_date) AS part FROM risk GROUP BY ALL ORDER BY ALL
----

SELECT desk, component(var80) AS part, var80 FROM risk AS OF T GROUP BY desk TOP 1 BY part WITH OTHERS WITH TOTAL
----

SELECT as_of_date, desk, component(es(pnl, 0.7), as_of_date) AS part FROM risk GROUP BY ALL TOP 1 BY part WITH OTHERS
----

SELECT component(SUM(mv)) FROM risk
----

SELECT var(pnl) FROM risk
----

SELECT var(pnl, 99) FROM risk
----

SELECT es(pnl, 0.99, 'tailmean') FROM risk
----

SELECT SUM(pnl) FROM risk
----

SELECT var(mv, 0.99) FROM risk
----

SELECT var([1.0, NULL], 0.5) AS v
----

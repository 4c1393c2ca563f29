-- P&L vectors: sums, tail measures, contributions.

SELECT desk, vsum(pnl) AS v FROM risk AS OF T GROUP BY desk ORDER BY desk
----
desk | v
FX | [1.5, -2.0, 2.5, -4.5, 2.5]
RATES | [-1.0, 2.0, -3.5, 1.0, 0.5]

SELECT vsum(pnl) AS v FROM risk WHERE desk = 'none'
----
v
NULL

SELECT vsum(v) AS v FROM (VALUES ([0.1, 1e16]), ([0.2, 1.0]), ([0.3, -1e16]), (NULL)) t(v)
----
v
[0.6, 1.0]

SELECT vsum(v) FROM (VALUES ([1.0, 2.0]), ([1.0])) t(v)
----
error: vsum cannot add a vector of 1 members to one of 2 (all vectors of a group need the same scenarios; filter or group by the scenario set)

SELECT vsum(v) FROM (VALUES ([1.0, NULL])) t(v)
----
error: vsum: member 2 of a vector is null (a vector has a number for every scenario; write 0 where nothing happened)

SELECT desk, var(pnl, 0.8) AS v, var(pnl, 0.8, 'linear') AS l, es(pnl, 0.7) AS e, es(pnl, 0.7, 'tail_mean') AS m FROM risk AS OF T GROUP BY desk ORDER BY desk
----
desk | v | l | e | m
FX | 2.0 | 2.5 | 3.6666666666666665 | 3.25
RATES | 1.0 | 1.5 | 2.6666666666666665 | 2.25

SELECT var(vsum(pnl), 0.8) = var(pnl, 0.8) AS same FROM risk AS OF T
----
same
true

SELECT vector_var([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0], 0.9) AS next, vector_var([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0], 0.9, 'inverted_cdf') AS inverted, vector_es([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0], 0.75) AS es
----
next | inverted | es
4.0 | 5.0 | 4.2

SELECT desk, component(var80) AS part, incremental(var80) AS incremental FROM risk AS OF T GROUP BY desk ORDER BY desk
----
desk | part | incremental
FX | -2.5 | 0.0
RATES | 3.5 | -1.0

SELECT SUM(part) AS parts, (SELECT var80 FROM risk AS OF T) AS whole FROM (SELECT desk, component(var80) AS part FROM risk AS OF T GROUP BY desk) x
----
parts | whole
1.0 | 1.0

SELECT (SELECT var80 FROM risk AS OF T) - (SELECT var80 FROM risk AS OF T WHERE desk <> 'FX') AS fx
----
fx
0.0

SELECT as_of_date, desk, component(es(pnl, 0.7), as_of_date) AS part FROM risk GROUP BY ALL ORDER BY ALL
----
as_of_date | desk | part
2025-06-18 | FX | 2.3333333333333335
2025-06-18 | RATES | -0.3333333333333333
2025-06-20 | FX | 2.1666666666666665
2025-06-20 | RATES | 0.5

SELECT desk, component(var80) AS part, var80 FROM risk AS OF T GROUP BY desk TOP 1 BY part WITH OTHERS WITH TOTAL
----
desk | part | var80
RATES | 3.5 | 1.0
OTHERS | -2.5 | 2.0
TOTAL | 1.0 | 1.0

SELECT as_of_date, desk, component(es(pnl, 0.7), as_of_date) AS part FROM risk GROUP BY ALL TOP 1 BY part WITH OTHERS
----
error: OTHERS, TOTAL and ACROSS cannot be computed for a window function (compute it in a query around this one; component(m) without columns needs none)

SELECT component(SUM(mv)) FROM risk
----
error: component takes var(…) or es(…) of summed vectors, not SUM(mv) (component(var(pnl, 0.99)))

SELECT var(pnl) FROM risk
----
error: var takes a P&L vector, a level and optionally a convention, found 1 argument (the statistical variance is variance(x))

SELECT var(pnl, 99) FROM risk
----
error: the level of a risk measure lies between 0 and 1, not 99 (99 % is written 0.99)

SELECT es(pnl, 0.99, 'tailmean') FROM risk
----
error: there is no convention 'tailmean' (did you mean 'tail_mean'?)

SELECT SUM(pnl) FROM risk
----
error: sum wants a number, found vector(5) (vsum adds vectors member by member, var and es read a risk off them)

SELECT var(mv, 0.99) FROM risk
----
error: vsum wants a vector, found decimal(18,2)

SELECT var([1.0, NULL], 0.5) AS v
----
error: vector_var: scenario 2 of the vector is null (a vector has a number for every scenario)

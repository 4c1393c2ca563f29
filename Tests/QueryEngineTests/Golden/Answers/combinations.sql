-- Slice-and-dice words together.

SELECT desk, value, var80 FROM risk GROUP BY desk COMPARE DATE '2025-06-18' TOP 1 BY ABS(var80_difference) ORDER BY desk
----
desk | value | value_previous | value_difference | value_percent | var80 | var80_previous | var80_difference | var80_percent | status
FX | 16.00 | 10.50 | 5.50 | 52.38 | 2.0 | 2.0 | 0.0 | 0.0 | CHANGED

SELECT desk, value FROM risk GROUP BY desk COMPARE DATE '2025-06-18' TOP 1 BY value WITH OTHERS WITH TOTAL
----
desk | value | value_previous | value_difference | value_percent | status
RATES | 21.00 | 20.00 | 1.00 | 5.0 | CHANGED
OTHERS | 16.00 | 10.50 | 5.50 | 52.38 | NULL
TOTAL | 37.00 | 30.50 | 6.50 | 21.31 | NULL

SELECT desk, value, var80 FROM risk GROUP BY desk COMPARE DATE '2025-06-18' TOP 1 BY ABS(value_difference) WITH OTHERS WITH TOTAL
----
desk | value | value_previous | value_difference | value_percent | var80 | var80_previous | var80_difference | var80_percent | status
FX | 16.00 | 10.50 | 5.50 | 52.38 | 2.0 | 2.0 | 0.0 | 0.0 | CHANGED
OTHERS | 21.00 | 20.00 | 1.00 | 5.0 | 1.0 | 1.0 | 0.0 | 0.0 | NULL
TOTAL | 37.00 | 30.50 | 6.50 | 21.31 | 1.0 | 0.0 | 1.0 | NULL | NULL

SELECT entity, desk, value FROM risk GROUP BY ALL ACROSS desk WITH TOTALS TOP 1 BY "TOTAL"
----
error: TOP would rank the total row of ACROSS … WITH TOTALS, too (leave WITH TOTALS out, or put the TOP into a query around this one)

SELECT desk, entity, value FROM risk GROUP BY ALL TOP 1 BY value PER desk WITH TOTAL ORDER BY value DESC LIMIT 2
----
desk | entity | value
RATES | LE_US | 41.00
RATES | TOTAL | 41.00

SELECT org.ihc, desk, value FROM risk AS OF T GROUP BY ALL TOP 1 BY value PER ihc WITH OTHERS ORDER BY ihc
----
ihc | desk | value
AMERICAS | RATES | 21.00
EUROPE | FX | 16.00

WITH big AS (SELECT * FROM risk WHERE mv > 5) SELECT desk, SUM(mv) AS mv FROM big GROUP BY desk TOP 1 BY mv WITH OTHERS WITH TOTAL
----
desk | mv
RATES | 41.00
OTHERS | 21.50
TOTAL | 62.50

SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk COMPARE VERSION 2 TOP 1 BY total WITH TOTAL
----
desk | total | total_previous | total_difference | total_percent | status
FX | 41.50 | 38.50 | 3.00 | 7.79 | CHANGED
TOTAL | 59.25 | 49.25 | 10.00 | 20.3 | NULL

SELECT cpty, SUM(amount) AS total FROM trades WHERE desk IN (SELECT desk FROM trades AS OF T) GROUP BY cpty COMPARE T-1 ORDER BY cpty
----
cpty | total | total_previous | total_difference | total_percent | status
ACME | 11.00 | 4.75 | 6.25 | 131.58 | CHANGED
BOLT | NULL | 20.50 | -20.50 | -100.0 | GONE
CORE | 7.00 | NULL | 7.00 | NULL | NEW
NULL | 8.00 | 8.00 | 0.00 | 0.0 | SAME

SELECT desk, SUM(amount) AS total FROM trades GROUP BY ALL COMPARE T-1 ACROSS desk
----
error: ACROSS needs a query with GROUP BY and without HAVING, and comes first (SELECT desk, ccy, SUM(x) AS x … GROUP BY ALL ACROSS ccy WITH TOTALS)

SELECT desk, SUM(amount) AS total FROM trades GROUP BY ALL TOP 1 BY total COMPARE T-1
----
error: COMPARE needs a query with GROUP BY, and comes before other clauses (group by the columns that say what a row is: SELECT trade_id, SUM(amount) … GROUP BY ALL)

FROM (SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk TOP 1 BY total WITH TOTAL) x ORDER BY desk
----
desk | total
FX | 41.50
TOTAL | 59.25

SELECT desk, SUM(SUM(amount)) OVER () AS whole FROM trades GROUP BY desk TOP 1 BY whole WITH OTHERS
----
error: OTHERS, TOTAL and ACROSS cannot be computed for a window function (compute it in a query around this one; component(m) without columns needs none)

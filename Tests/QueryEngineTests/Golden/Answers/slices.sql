-- TOP n BY m PER dim.

SELECT desk, cpty, SUM(amount) AS total FROM trades GROUP BY ALL TOP 1 BY total PER desk
----
desk | cpty | total
CREDIT | CORE | 7.00
FX | ACME | 21.00
RATES | NULL | 16.00

SELECT desk, cpty, SUM(amount) AS total, AVG(pv) AS mean FROM trades GROUP BY ALL TOP 1 BY total PER desk WITH OTHERS WITH TOTAL
----
desk | cpty | total | mean
CREDIT | CORE | 7.00 | -0.6
CREDIT | TOTAL | 7.00 | -0.6
FX | ACME | 21.00 | 0.25
FX | OTHERS | 20.50 | 0.2
FX | TOTAL | 41.50 | 0.23333333333333336
RATES | NULL | 16.00 | -0.5
RATES | OTHERS | -5.25 | 0.4
RATES | TOTAL | 10.75 | -0.05

SELECT trade_id, SUM(amount) AS total, COUNT(DISTINCT cpty) AS cptys FROM trades t WHERE as_of_date = '2025-06-18' GROUP BY trade_id TOP 2 BY ABS(total) WITH OTHERS WITH TOTAL
----
trade_id | total | cptys
2 | 20.50 | 1
1 | 10.00 | 1
OTHERS | 2.75 | 1
TOTAL | 33.25 | 2

SELECT desk, SUM(amount) AS total FROM trades GROUP BY ALL TOP 9 BY total ASC WITH OTHERS WITH TOTAL
----
desk | total
CREDIT | 7.00
RATES | 10.75
FX | 41.50
TOTAL | 59.25

FROM trades TOP 1 BY pv PER desk ORDER BY desk
----
trade_id | as_of_date | desk | cpty | amount | pv
5 | 2025-06-20 | CREDIT | CORE | 7.00 | -0.6
1 | 2025-06-20 | FX | ACME | 11.00 | 0.4
3 | 2025-06-20 | RATES | ACME | NULL | 0.5

FROM trades TOP 1 BY pv PER desk WITH OTHERS
----
error: WITH OTHERS and WITH TOTAL need a grouped column besides those of PER (SELECT desk, cpty, SUM(x) AS x … GROUP BY ALL TOP 5 BY x PER desk WITH OTHERS)

SELECT desk, SUM(amount) AS total FROM trades GROUP BY ALL TOP 1 BY total PER dsk
----
error: PER takes columns of the select list, not dsk (the columns are desk, total)

SELECT d.entity, t.desk, SUM(t.amount) AS total FROM trades t JOIN desks d USING (desk) GROUP BY ALL TOP 1 BY total PER entity WITH OTHERS ORDER BY entity, total DESC LIMIT 3
----
entity | desk | total
LE_UK | FX | 41.50
LE_UK | OTHERS | 7.00
LE_US | RATES | 10.75

WITH x AS (SELECT desk, amount FROM trades) SELECT desk, SUM(amount) AS total FROM x GROUP BY desk TOP 1 BY total WITH OTHERS
----
desk | total
FX | 41.50
OTHERS | 17.75

-- COMPARE.

SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk COMPARE T-1 ORDER BY desk
----
desk | total | total_previous | total_difference | total_percent | status
CREDIT | 7.00 | NULL | 7.00 | NULL | NEW
FX | 11.00 | 30.50 | -19.50 | -63.93 | CHANGED
RATES | 8.00 | 2.75 | 5.25 | 190.91 | CHANGED

SELECT trade_id, desk, SUM(amount) AS total FROM trades GROUP BY ALL COMPARE DATE '2025-06-18' ORDER BY trade_id
----
trade_id | desk | total | total_previous | total_difference | total_percent | status
1 | FX | 11.00 | 10.00 | 1.00 | 10.0 | CHANGED
2 | FX | NULL | 20.50 | -20.50 | -100.0 | GONE
3 | RATES | NULL | -5.25 | 5.25 | 100.0 | CHANGED
4 | RATES | 8.00 | 8.00 | 0.00 | 0.0 | SAME
5 | CREDIT | 7.00 | NULL | 7.00 | NULL | NEW

SELECT cpty, MAX(pv) AS pv, MIN(desk) AS desk FROM trades GROUP BY ALL COMPARE T-1 ORDER BY cpty
----
cpty | pv | pv_previous | pv_difference | pv_percent | desk | desk_previous | status
ACME | 0.5 | 0.3 | 0.2 | 66.67 | FX | FX | CHANGED
BOLT | NULL | 0.2 | -0.2 | -100.0 | NULL | FX | GONE
CORE | -0.6 | NULL | -0.6 | NULL | CREDIT | NULL | NEW
NULL | -0.5 | -0.5 | 0.0 | 0.0 | RATES | RATES | SAME

SELECT COUNT(*) AS n FROM trades COMPARE T-1
----
n | n_previous | n_difference | n_percent | status
4 | 4 | 0 | 0.0 | SAME

SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk COMPARE T-1 TOP 1 BY ABS(total_difference) WITH OTHERS WITH TOTAL
----
desk | total | total_previous | total_difference | total_percent | status
FX | 11.00 | 30.50 | -19.50 | -63.93 | CHANGED
OTHERS | 15.00 | 2.75 | 12.25 | 445.45 | NULL
TOTAL | 26.00 | 33.25 | -7.25 | -21.8 | NULL

SELECT desk, AVG(amount) AS mean FROM trades GROUP BY desk COMPARE T-1 TOP 1 BY mean WITH OTHERS
----
desk | mean | mean_previous | mean_difference | mean_percent | status
FX | 11.000000 | 15.250000 | -4.250000 | -27.87 | CHANGED
OTHERS | 7.500000 | 1.375000 | 6.125000 | 445.45 | NULL

SELECT desk, COUNT(*) AS n FROM trades VERSION AS OF 3 GROUP BY desk COMPARE T-1 ORDER BY desk
----
desk | n | n_previous | n_difference | n_percent | status
CREDIT | 1 | NULL | 1 | NULL | NEW
FX | 1 | 2 | -1 | -50.0 | CHANGED
RATES | 2 | 2 | 0 | 0.0 | SAME

SELECT desk, COUNT(*) AS n FROM trades GROUP BY desk COMPARE VERSION 2 ORDER BY desk
----
desk | n | n_previous | n_difference | n_percent | status
CREDIT | 1 | NULL | 1 | NULL | NEW
FX | 3 | 3 | 0 | 0.0 | SAME
RATES | 4 | 4 | 0 | 0.0 | SAME

FROM trades COMPARE T-1
----
error: COMPARE needs a query with GROUP BY, and comes before other clauses (group by the columns that say what a row is: SELECT trade_id, SUM(amount) … GROUP BY ALL)

SELECT entity, COUNT(*) AS n FROM desks GROUP BY entity COMPARE T-1
----
error: COMPARE finds no table whose state it could compare (the tables of FROM must have a business date for T-n, and no pin of their own for VERSION, TAG and SNAPSHOT)

SELECT entity, SUM(total) AS total FROM gold.by_desk JOIN desks USING (desk) GROUP BY entity COMPARE T-1 ORDER BY entity
----
entity | total | total_previous | total_difference | total_percent | status
LE_UK | 18.00 | 30.50 | -12.50 | -40.98 | CHANGED
LE_US | 8.00 | 2.75 | 5.25 | 190.91 | CHANGED

WITH x AS (SELECT desk, amount FROM trades) SELECT desk, SUM(amount) AS total FROM x GROUP BY desk COMPARE T-1 ORDER BY desk
----
desk | total | total_previous | total_difference | total_percent | status
CREDIT | 7.00 | NULL | 7.00 | NULL | NEW
FX | 11.00 | 30.50 | -19.50 | -63.93 | CHANGED
RATES | 8.00 | 2.75 | 5.25 | 190.91 | CHANGED

-- ACROSS.

SELECT desk, cpty, SUM(amount) AS total FROM trades GROUP BY ALL ACROSS cpty WITH TOTALS
----
desk | ACME | BOLT | CORE | NULL | TOTAL
CREDIT | NULL | NULL | 7.00 | NULL | 7.00
FX | 21.00 | 20.50 | NULL | NULL | 41.50
RATES | -5.25 | NULL | NULL | 16.00 | 10.75
TOTAL | 15.75 | 20.50 | 7.00 | 16.00 | 59.25

SELECT desk, as_of_date, COUNT(*) AS n, AVG(pv) AS mean FROM trades GROUP BY desk, as_of_date ACROSS as_of_date
----
desk | 2025-06-18_n | 2025-06-18_mean | 2025-06-20_n | 2025-06-20_mean
CREDIT | 0 | NULL | 1 | -0.6
FX | 2 | 0.15000000000000002 | 1 | 0.4
RATES | 2 | -0.1 | 2 | 0.0

SELECT desk, COUNT(DISTINCT cpty) AS n FROM trades GROUP BY desk ACROSS desk WITH TOTALS
----
CREDIT | FX | RATES | TOTAL
1 | 2 | 1 | 3

SELECT desk, entity, COUNT(*) AS n FROM trades JOIN desks USING (desk) GROUP BY ALL ACROSS entity TOP 1 BY LE_UK
----
desk | LE_UK | LE_US
FX | 3 | 0

SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk ACROSS dsk
----
error: ACROSS takes grouped columns of the select list, not dsk (they are desk)


-- PIVOT: listed values become columns; without a list, those that occur.

PIVOT trades ON desk IN ('FX', 'RATES') USING SUM(amount) GROUP BY as_of_date
----
as_of_date | FX | RATES
2025-06-18 | 30.50 | 2.75
2025-06-20 | 11.00 | 8.00

PIVOT (SELECT as_of_date, desk, amount FROM trades) ON desk USING SUM(amount) AS total, COUNT(*) AS n
----
as_of_date | CREDIT_total | CREDIT_n | FX_total | FX_n | RATES_total | RATES_n
2025-06-18 | NULL | 0 | 30.50 | 2 | 2.75 | 2
2025-06-20 | 7.00 | 1 | 11.00 | 1 | 8.00 | 2

SELECT * FROM (SELECT desk, cpty, pv FROM trades) PIVOT (SUM(pv) FOR cpty IN ('ACME' AS acme, 'BOLT')) ORDER BY desk
----
desk | acme | BOLT
CREDIT | NULL | NULL
FX | 0.5 | 0.2
RATES | 0.8 | NULL

PIVOT (SELECT entity, head FROM desks) ON entity
----
head | LE_UK | LE_US
Ann | 1 | 0
Bob | 0 | 1
NULL | 1 | 0
Cid | 0 | 1

FROM (PIVOT trades ON desk USING MAX(pv) GROUP BY cpty) ORDER BY cpty
----
cpty | CREDIT | FX | RATES
ACME | NULL | 0.4 | 0.5
BOLT | NULL | 0.2 | NULL
CORE | -0.6 | NULL | NULL
NULL | NULL | NULL | -0.5

PIVOT trades ON dsk IN ('FX') USING SUM(amount)
----
error: there is no column "dsk" (did you mean "desk"?)

-- UNPIVOT: columns become rows.

UNPIVOT holes ON x, y INTO NAME what VALUE v
----
what | v
x | 1
y | 1
x | 2
y | 3
x | 4
y | 4

SELECT * FROM holes UNPIVOT INCLUDE NULLS (v FOR what IN (x AS first, y AS second)) ORDER BY ALL
----
what | v
first | 1
first | 2
first | 4
first | NULL
second | 1
second | 3
second | 4
second | NULL

UNPIVOT (SELECT trade_id, amount, pv FROM trades WHERE as_of_date = '2025-06-18') ON amount, pv
----
trade_id | name | value
1 | amount | 10.0
1 | pv | 0.1
2 | amount | 20.5
2 | pv | 0.2
3 | amount | -5.25
3 | pv | 0.3
4 | amount | 8.0
4 | pv | -0.5

UNPIVOT desks ON heda
----
error: there is no column "heda" (did you mean "head"?)

-- SUMMARIZE.

SUMMARIZE holes
----
column_name | column_type | min | max | distinct | avg | std | q25 | q50 | q75 | count | null_percentage
x | int | 1 | 4 | 3 | 2.3333333333333335 | 1.5275252316519468 | 1.5 | 2.0 | 3.0 | 4 | 25.00
y | int | 1 | 4 | 3 | 2.6666666666666665 | 1.5275252316519468 | 2.0 | 3.0 | 3.5 | 4 | 25.00

SUMMARIZE SELECT desk, amount, as_of_date FROM trades
----
column_name | column_type | min | max | distinct | avg | std | q25 | q50 | q75 | count | null_percentage
desk | string | CREDIT | RATES | 3 | NULL | NULL | NULL | NULL | NULL | 8 | 0.00
amount | decimal(18,2) | -5.25 | 20.50 | 6 | 8.464286 | 7.575218054381574 | 7.5 | 8.0 | 10.5 | 8 | 12.50
as_of_date | date | 2025-06-18 | 2025-06-20 | 2 | NULL | NULL | NULL | NULL | NULL | 8 | 0.00

SUMMARIZE SELECT pv FROM trades WHERE FALSE
----
column_name | column_type | min | max | distinct | avg | std | q25 | q50 | q75 | count | null_percentage
pv | double | NULL | NULL | 0 | NULL | NULL | NULL | NULL | NULL | 0 | NULL

SELECT sum(i) AS s FROM range(4) values(i)
----
s
6

SELECT * FROM 'of mine': (SELECT 42 AS answer)
----
answer
42

SELECT count(*) AS n, sum(a * b) AS s FROM range(200) l(a), range(300) r(b) WHERE a < b AND b <= a + a AND a + b <> 7
----
n | s
17399 | 442862913

-- Measures: aggregates with a name, computed anew in each group.

SELECT desk, value, var80, es70, mean_value FROM risk AS OF T GROUP BY desk ORDER BY desk
----
desk | value | var80 | es70 | mean_value
FX | 16.00 | 2.0 | 3.25 | 8.000000000000000000000
RATES | 21.00 | 1.0 | 2.25 | 21.000000000000000000000

SELECT value, var80 FROM risk AS OF T
----
value | var80
37.00 | 1.0

SELECT desk, value AS v FROM risk AS OF T GROUP BY ALL HAVING value > 20 ORDER BY value
----
desk | v
RATES | 21.00

SELECT desk, entity, value, var80 FROM risk AS OF T GROUP BY ROLLUP (desk, entity) ORDER BY ALL
----
desk | entity | value | var80
FX | LE_FR | 5.00 | 0.5
FX | LE_UK | 11.00 | 2.5
FX | NULL | 16.00 | 2.0
RATES | LE_US | 21.00 | 1.0
RATES | NULL | 21.00 | 1.0
NULL | NULL | 37.00 | 1.0

SELECT r.desk, d.head, value, var80 FROM risk r JOIN desks d USING (desk) WHERE as_of_date = '2025-06-20' GROUP BY ALL ORDER BY 1
----
desk | head | value | var80
FX | Ann | 16.00 | 2.0
RATES | Bob | 21.00 | 1.0

SELECT desk, value / SUM(value) OVER () AS share FROM risk AS OF T GROUP BY desk ORDER BY desk
----
desk | share
FX | 0.432432432432432432432
RATES | 0.567567567567567567568

SELECT SUM(value) FROM risk
----
error: "value" is a measure, and aggregated already (write value alone)

SELECT SUM(var80) FROM risk
----
error: "var80" does not add up, so SUM(var80) has no meaning (write var80 alone: it is computed anew for each group and total; component(var80) gives parts that add up)

SELECT MAX(var80) FROM risk
----
error: "var80" does not add up, so MAX(var80) has no meaning (write var80 alone: it is computed anew for each group and total; component(var80) gives parts that add up)

SELECT SUM(v) FROM (SELECT desk, var80 AS v FROM risk AS OF T GROUP BY desk) x
----
error: "v" holds var80, which does not add up (compute var80 over the rows of the wider group instead of adding its values)

WITH x AS (SELECT desk, var(pnl, 0.8) AS v FROM risk AS OF T GROUP BY desk) SELECT SUM(v) FROM x
----
error: "v" is a risk measure, which does not add up (compute v over the rows of the wider group instead of adding its values)

SELECT desk, SUM(v) OVER () FROM (SELECT desk, var80 AS v FROM risk AS OF T GROUP BY desk) x
----
error: "v" holds var80, which does not add up (compute var80 over the rows of the wider group instead of adding its values)

SELECT AVG(v) AS mean, MAX(v) AS most FROM (SELECT desk, var80 AS v FROM risk AS OF T GROUP BY desk) x
----
mean | most
1.5 | 2.0

SELECT desk FROM risk WHERE value > 3
----
error: WHERE cannot have the measure "value" (conditions on measures go into HAVING)

SELECT value FROM risk GROUP BY value
----
error: GROUP BY cannot have the measure "value"

SELECT desk, balance FROM risk AS OF T GROUP BY desk ORDER BY desk
----
desk | balance
FX | 16.00
RATES | 21.00

SELECT as_of_date, balance FROM risk GROUP BY ALL ORDER BY ALL
----
as_of_date | balance
2025-06-18 | 30.50
2025-06-20 | 37.00

SELECT desk, balance FROM risk GROUP BY desk
----
error: measure balance does not add up over as_of_date; group by it, or pick one value, for a business date with AS OF: 2025-06-18 to 2025-06-20

SELECT entity, lcr FROM risk AS OF T GROUP BY entity ORDER BY entity
----
entity | lcr
LE_FR | 1.3
LE_UK | 1.1
LE_US | 1.5

SELECT desk, lcr FROM risk AS OF T GROUP BY desk
----
error: measure lcr does not add up, and a group has several values of it; group by what tells them apart, or filter to one: 1.1 to 1.3

SELECT SUM(ratio) FROM risk AS OF T
----
error: "ratio" holds lcr, which does not add up (compute lcr over the rows of the wider group instead of adding its values)

SELECT desk, var80 FROM risk AS OF T GROUP BY desk TOP 1 BY var80 WITH OTHERS WITH TOTAL
----
desk | var80
FX | 2.0
OTHERS | 1.0
TOTAL | 1.0

SELECT entity, desk, value, var80 FROM risk AS OF T GROUP BY ALL ACROSS desk WITH TOTALS
----
entity | FX_value | FX_var80 | RATES_value | RATES_var80 | TOTAL_value | TOTAL_var80
LE_FR | 5.00 | 0.5 | NULL | NULL | 5.00 | 0.5
LE_UK | 11.00 | 2.5 | NULL | NULL | 11.00 | 2.5
LE_US | NULL | NULL | 21.00 | 1.0 | 21.00 | 1.0
TOTAL | 16.00 | 2.0 | 21.00 | 1.0 | 37.00 | 1.0

SELECT desk, value, var80 FROM risk GROUP BY desk COMPARE DATE '2025-06-18' ORDER BY desk
----
desk | value | value_previous | value_difference | value_percent | var80 | var80_previous | var80_difference | var80_percent | status
FX | 16.00 | 10.50 | 5.50 | 52.38 | 2.0 | 2.0 | 0.0 | 0.0 | CHANGED
RATES | 21.00 | 20.00 | 1.00 | 5.0 | 1.0 | 1.0 | 0.0 | 0.0 | CHANGED

WITH x AS (SELECT * FROM risk) SELECT desk, value FROM x GROUP BY desk
----
error: there is no column "value" (it is a measure of silver.risk: name that table in FROM)

SELECT desk, SUM(mv) * 2 AS value FROM risk AS OF T GROUP BY desk HAVING SUM(mv) > 1 ORDER BY value
----
desk | value
FX | 32.00
RATES | 42.00

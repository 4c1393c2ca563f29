-- Measures: aggregates with a name, computed anew in each group.

SELECT desk, value, var80, es70, mean_value FROM risk AS OF T GROUP BY desk ORDER BY desk
----

SELECT value, var80 FROM risk AS OF T
----

SELECT desk, value AS v FROM risk AS OF T GROUP BY ALL HAVING value > 20 ORDER BY value
----

SELECT desk, entity, value, var80 FROM risk AS OF T GROUP BY ROLLUP (desk, entity) ORDER BY ALL
----

SELECT r.desk, d.head, value, var80 FROM risk r JOIN desks d USING (desk) WHERE as_of_date = '2025-06-20' GROUP BY ALL ORDER BY 1
----

SELECT desk, value / SUM(value) OVER () AS share FROM risk AS OF T GROUP BY desk ORDER BY desk
----

SELECT SUM(value) FROM risk
----

SELECT SUM(var80) FROM risk
----

SELECT MAX(var80) FROM risk
----

SELECT SUM(v) FROM (SELECT desk, var80 AS v FROM risk AS OF T GROUP BY desk) x
----

WITH x AS (SELECT desk, var(pnl, 0.8) AS v FROM risk AS OF T GROUP BY desk) SELECT SUM(v) FROM x
----

SELECT desk, SUM(v) OVER () FROM (SELECT desk, var80 AS v FROM risk AS OF T GROUP BY desk) x
----

SELECT AVG(v) AS mean, MAX(v) AS most FROM (SELECT desk, var80 AS v FROM risk AS OF T GROUP BY desk) x
----

SELECT desk FROM risk WHERE value > 3
----

SELECT value FROM risk GROUP BY value
----

SELECT desk, balance FROM risk AS OF T GROUP BY desk ORDER BY desk
----

SELECT as_of_date, balance FROM risk GROUP BY ALL ORDER BY ALL
----

SELECT desk, balance FROM risk GROUP BY desk
----

SELECT entity, lcr FROM risk AS OF T GROUP BY entity ORDER BY entity
----

SELECT desk, lcr FROM risk AS OF T GROUP BY desk
----

SELECT SUM(ratio) FROM risk AS OF T
----

SELECT desk, var80 FROM risk AS OF T GROUP BY desk TOP 1 BY var80 WITH OTHERS WITH TOTAL
----

SELECT entity, desk, value, var80 FROM risk AS OF T GROUP BY ALL ACROSS desk WITH TOTALS
----

SELECT desk, value, var80 FROM risk GROUP BY desk COMPARE DATE '2025-06-18' ORDER BY desk
----

WITH x AS (SELECT * FROM risk) SELECT desk, value FROM x GROUP BY desk
----

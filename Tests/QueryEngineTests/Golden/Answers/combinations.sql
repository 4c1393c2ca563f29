-- Slice-and-dice words together.

SELECT desk, value, var80 FROM risk GROUP BY desk COMPARE DATE '2025-06-18' TOP 1 BY ABS(var80_difference) ORDER BY desk
----

SELECT desk, value FROM risk GROUP BY desk COMPARE DATE '2025-06-18' TOP 1 BY value WITH OTHERS WITH TOTAL
----

SELECT desk, value, var80 FROM risk GROUP BY desk COMPARE DATE '2025-06-18' TOP 1 BY ABS(value_difference) WITH OTHERS WITH TOTAL
----

SELECT entity, desk, value FROM risk GROUP BY ALL ACROSS desk WITH TOTALS TOP 1 BY "TOTAL"
----

SELECT desk, entity, value FROM risk GROUP BY ALL TOP 1 BY value PER desk WITH TOTAL ORDER BY value DESC LIMIT 2
----

SELECT org.ihc, desk, value FROM risk AS OF T GROUP BY ALL TOP 1 BY value PER ihc WITH OTHERS ORDER BY ihc
----

WITH big AS (SELECT * FROM risk WHERE mv > 5) SELECT desk, SUM(mv) AS mv FROM big GROUP BY desk TOP 1 BY mv WITH OTHERS WITH TOTAL
----

SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk COMPARE VERSION 2 TOP 1 BY total WITH TOTAL
----

SELECT cpty, SUM(amount) AS total FROM trades WHERE desk IN (SELECT desk FROM trades AS OF T) GROUP BY cpty COMPARE T-1 ORDER BY cpty
----

SELECT desk, SUM(amount) AS total FROM trades GROUP BY ALL COMPARE T-1 ACROSS desk
----

SELECT desk, SUM(amount) AS total FROM trades GROUP BY ALL TOP 1 BY total COMPARE T-1
----

FROM (SELECT desk, SUM(amount) AS total FROM trades GROUP BY desk TOP 1 BY total WITH TOTAL) x ORDER BY desk
----

SELECT desk, SUM(SUM(amount)) OVER () AS whole FROM trades GROUP BY desk TOP 1 BY whole WITH OTHERS
----

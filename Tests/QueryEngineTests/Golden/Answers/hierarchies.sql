-- Hierarchies by levels, by parents, and by date.

SELECT org.ihc, SUM(mv) AS mv FROM risk AS OF T GROUP BY org.ihc ORDER BY 1
----

SELECT org, value, var80 FROM risk AS OF T GROUP BY ROLLUP (org) ORDER BY ALL
----

SELECT org, desk, value FROM risk AS OF T GROUP BY ALL ORDER BY ALL
----

SELECT org.consolidated, desk, value FROM risk AS OF T GROUP BY ROLLUP (org.consolidated, desk) ORDER BY ALL
----

SELECT org.path, org.member, value FROM risk AS OF T GROUP BY ALL ORDER BY ALL
----

SELECT desk, entity FROM risk AS OF T WHERE org UNDER 'EUROPE' ORDER BY ALL
----

SELECT desk, entity FROM risk AS OF T WHERE NOT org UNDER 'EUROPE' ORDER BY ALL
----

SELECT COUNT(*) FILTER (WHERE org UNDER 'LE_UK') AS uk, COUNT(*) AS n FROM risk AS OF T
----

SELECT * EXCLUDE (pnl) FROM risk AS OF T WHERE org UNDER 'AMERICAS'
----

SELECT desk FROM risk WHERE org UNDER 'EUROPA'
----

SELECT desk FROM risk WHERE orgs UNDER 'EUROPE'
----

SELECT org.region FROM risk
----

SELECT org.branch FROM risk
----

SELECT org.ihc FROM desks WHERE head = 'Ann'
----

SELECT org.ihc FROM ratings
----

SELECT org.ihc, d.head, COUNT(*) AS n FROM risk r JOIN desks d ON d.desk = r.desk AND org UNDER 'EUROPE' GROUP BY ALL
----

SELECT legal.path, value FROM risk GROUP BY ALL ORDER BY ALL
----

SELECT legal, value, var80 FROM risk AS OF T GROUP BY ROLLUP (legal) ORDER BY ALL
----

SELECT as_of_date, legal.level2, legal.depth, legal.parent, value FROM risk GROUP BY ALL ORDER BY ALL
----

SELECT as_of_date, value FROM risk WHERE legal UNDER 'EUROPE' GROUP BY ALL ORDER BY ALL
----

SELECT legal.path FROM desks
----

SELECT looped.path FROM risk AS OF T
----

SELECT twice.ihc, value FROM risk AS OF T GROUP BY ALL
----

SELECT org.ihc, desk, value FROM risk AS OF T GROUP BY ALL ACROSS ihc WITH TOTALS
----

SELECT org.ihc, entity, var80 FROM risk AS OF T GROUP BY ALL TOP 1 BY var80 PER ihc WITH OTHERS WITH TOTAL
----

SELECT org.ihc, value, var80 FROM risk GROUP BY ALL COMPARE DATE '2025-06-18' ORDER BY ihc
----

SELECT x.ihc, x.v FROM (SELECT org.ihc, value AS v FROM risk AS OF T GROUP BY ALL) x ORDER BY 1
----

SELECT t.entity, org.ihc FROM (SELECT desk, 'LE_FR' AS entity FROM desks) t WHERE desk = 'FX'
----

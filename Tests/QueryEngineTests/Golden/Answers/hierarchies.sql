-- Hierarchies by levels, by parents, and by date.

SELECT org.ihc, SUM(mv) AS mv FROM risk AS OF T GROUP BY org.ihc ORDER BY 1
----
ihc | mv
AMERICAS | 21.00
EUROPE | 16.00

SELECT org, value, var80 FROM risk AS OF T GROUP BY ROLLUP (org) ORDER BY ALL
----
consolidated | ihc | entity | value | var80
BANK | AMERICAS | LE_US | 21.00 | 1.0
BANK | AMERICAS | NULL | 21.00 | 1.0
BANK | EUROPE | LE_FR | 5.00 | 0.5
BANK | EUROPE | LE_UK | 11.00 | 2.5
BANK | EUROPE | NULL | 16.00 | 2.0
BANK | NULL | NULL | 37.00 | 1.0
NULL | NULL | NULL | 37.00 | 1.0

SELECT org, desk, value FROM risk AS OF T GROUP BY ALL ORDER BY ALL
----
consolidated | ihc | entity | desk | value
BANK | AMERICAS | LE_US | RATES | 21.00
BANK | EUROPE | LE_FR | FX | 5.00
BANK | EUROPE | LE_UK | FX | 11.00

SELECT org.consolidated, desk, value FROM risk AS OF T GROUP BY ROLLUP (org.consolidated, desk) ORDER BY ALL
----
consolidated | desk | value
BANK | FX | 16.00
BANK | RATES | 21.00
BANK | NULL | 37.00
NULL | NULL | 37.00

SELECT org.path, org.member, value FROM risk AS OF T GROUP BY ALL ORDER BY ALL
----
path | member | value
BANK/AMERICAS/LE_US | LE_US | 21.00
BANK/EUROPE/LE_FR | LE_FR | 5.00
BANK/EUROPE/LE_UK | LE_UK | 11.00

SELECT desk, entity FROM risk AS OF T WHERE org UNDER 'EUROPE' ORDER BY ALL
----
desk | entity
FX | LE_FR
FX | LE_UK

SELECT desk, entity FROM risk AS OF T WHERE NOT org UNDER 'EUROPE' ORDER BY ALL
----
desk | entity
RATES | LE_US

SELECT COUNT(*) FILTER (WHERE org UNDER 'LE_UK') AS uk, COUNT(*) AS n FROM risk AS OF T
----
uk | n
1 | 3

SELECT * EXCLUDE (pnl) FROM risk AS OF T WHERE org UNDER 'AMERICAS'
----
as_of_date | desk | entity | mv | ratio
2025-06-20 | RATES | LE_US | 21.00 | 1.5

SELECT desk FROM risk WHERE org UNDER 'EUROPA'
----
error: hierarchy "org" has no member 'EUROPA' (did you mean 'EUROPE'?)

SELECT desk FROM risk WHERE orgs UNDER 'EUROPE'
----
error: there is no hierarchy orgs (did you mean org?)

SELECT org.region FROM risk
----
error: hierarchy "org" has no level "region" here (there are consolidated, ihc, entity, path, member)

SELECT org.branch FROM risk
----
error: hierarchy "org" has no level "branch" here (there are consolidated, ihc, entity, path, member)

SELECT org.ihc FROM desks WHERE head = 'Ann'
----
ihc
EUROPE

SELECT org.ihc FROM ratings
----
error: hierarchy "org" meets the rows by a column named like one of its levels (consolidated, ihc, entity, branch), and FROM has none (rename a column in a subquery: FROM (SELECT *, book_entity AS branch FROM …) AS t)

SELECT org.ihc, d.head, COUNT(*) AS n FROM risk r JOIN (SELECT desk, head FROM desks) d ON d.desk = r.desk AND org UNDER 'EUROPE' GROUP BY ALL
----
ihc | head | n
EUROPE | Ann | 3

SELECT legal.path, value FROM risk GROUP BY ALL ORDER BY ALL
----
path | value
BANK/AMERICAS/LE_US | 41.00
BANK/EUROPE/LE_FR | 5.00
BANK/EUROPE/LE_UK | 10.50
BANK/LE_UK | 11.00

SELECT legal, value, var80 FROM risk AS OF T GROUP BY ROLLUP (legal) ORDER BY ALL
----
level1 | level2 | level3 | value | var80
BANK | AMERICAS | LE_US | 21.00 | 1.0
BANK | AMERICAS | NULL | 21.00 | 1.0
BANK | EUROPE | LE_FR | 5.00 | 0.5
BANK | EUROPE | NULL | 5.00 | 0.5
BANK | LE_UK | NULL | 11.00 | 2.5
BANK | LE_UK | NULL | 11.00 | 2.5
BANK | NULL | NULL | 37.00 | 1.0
NULL | NULL | NULL | 37.00 | 1.0

SELECT as_of_date, legal.level2, legal.depth, legal.parent, value FROM risk GROUP BY ALL ORDER BY ALL
----
as_of_date | level2 | depth | parent | value
2025-06-18 | AMERICAS | 3 | AMERICAS | 20.00
2025-06-18 | EUROPE | 3 | EUROPE | 10.50
2025-06-20 | AMERICAS | 3 | AMERICAS | 21.00
2025-06-20 | EUROPE | 3 | EUROPE | 5.00
2025-06-20 | LE_UK | 2 | BANK | 11.00

SELECT as_of_date, value FROM risk WHERE legal UNDER 'EUROPE' GROUP BY ALL ORDER BY ALL
----
as_of_date | value
2025-06-18 | 10.50
2025-06-20 | 5.00

SELECT legal.path FROM desks
----
error: hierarchy "legal" is dated, and no table of FROM has a business date (declare it: CREATE TABLE … BUSINESS DATE as_of_date)

SELECT looped.path FROM risk AS OF T
----
error: hierarchy looped: "LE_UK" is below itself

SELECT twice.ihc, value FROM risk AS OF T GROUP BY ALL
----
error: hierarchy twice: "LE_UK" has two values of ihc, AMERICAS and EUROPE

SELECT org.ihc, desk, value FROM risk AS OF T GROUP BY ALL ACROSS ihc WITH TOTALS
----
desk | AMERICAS | EUROPE | TOTAL
FX | NULL | 16.00 | 16.00
RATES | 21.00 | NULL | 21.00
TOTAL | 21.00 | 16.00 | 37.00

SELECT org.ihc, entity, var80 FROM risk AS OF T GROUP BY ALL TOP 1 BY var80 PER ihc WITH OTHERS WITH TOTAL
----
ihc | entity | var80
AMERICAS | LE_US | 1.0
AMERICAS | TOTAL | 1.0
EUROPE | LE_UK | 2.5
EUROPE | OTHERS | 0.5
EUROPE | TOTAL | 2.0

SELECT org.ihc, value, var80 FROM risk GROUP BY ALL COMPARE DATE '2025-06-18' ORDER BY ihc
----
ihc | value | value_previous | value_difference | value_percent | var80 | var80_previous | var80_difference | var80_percent | status
AMERICAS | 21.00 | 20.00 | 1.00 | 5.0 | 1.0 | 1.0 | 0.0 | 0.0 | CHANGED
EUROPE | 16.00 | 10.50 | 5.50 | 52.38 | 2.0 | 2.0 | 0.0 | 0.0 | CHANGED

SELECT x.ihc, x.v FROM (SELECT org.ihc, value AS v FROM risk AS OF T GROUP BY ALL) x ORDER BY 1
----
ihc | v
AMERICAS | 21.00
EUROPE | 16.00

SELECT t.entity, org.ihc FROM (SELECT desk, 'LE_FR' AS entity FROM desks) t WHERE desk = 'FX'
----
entity | ihc
LE_FR | EUROPE

SELECT org.ihc FROM risk r JOIN desks d USING (desk)
----
error: hierarchy "org" may meet the rows by r.entity or d.entity (leave one out: JOIN (SELECT * EXCLUDE (entity) FROM …) AS t)

SELECT desk AS org, COUNT(*) AS n FROM trades GROUP BY ALL ORDER BY org
----
org | n
CREDIT | 1
FX | 3
RATES | 4

SELECT org.ihc, desk, value FROM risk AS OF T GROUP BY ALL TOP 1 BY value PER ihc
----
ihc | desk | value
AMERICAS | RATES | 21.00
EUROPE | FX | 16.00

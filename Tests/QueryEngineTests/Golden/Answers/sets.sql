-- FROM.

SELECT a, b FROM (VALUES (1, 'x'), (2, 'y')) t(a, b) ORDER BY a DESC
----
a | b
2 | y
1 | x


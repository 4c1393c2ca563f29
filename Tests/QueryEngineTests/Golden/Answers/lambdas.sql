-- Lambdas over lists; lists of NULL, of nothing, and NULL for a list.

SELECT x, list_transform([x, 10, NULL], m -> m + 1) AS a, list_filter([x, 1, NULL], m -> m > 1) AS b FROM holes ORDER BY x
----
x | a | b
1 | [2, 11, NULL] | []
2 | [3, 11, NULL] | [2]
4 | [5, 11, NULL] | [4]
NULL | [NULL, 11, NULL] | []

SELECT list_transform([]::INT[], m -> m + 1) AS none, list_transform(NULL::INT[], m -> m + 1) AS nothing, list_transform([NULL::INT], m -> 7) AS one
----
none | nothing | one
[] | NULL | [7]

-- The second parameter is the place; names of parameters hide columns, qualified names do not.

SELECT h.x, list_transform([5, 6], (x, i) -> x * i + h.x) AS places FROM holes h WHERE h.x IS NOT NULL ORDER BY 1
----
x | places
1 | [6, 13]
2 | [7, 14]
4 | [9, 16]

-- Lambdas within lambdas; other spellings.

SELECT list_transform([[1, 2], [], [3]], l -> list_transform(l, m -> m + len(l))) AS inner_lists, list_apply([1], lambda m: m + 1) AS spelled, [m || '!' FOR m IN ['a', 'b', 'c'] IF m <> 'b'] AS marked
----
inner_lists | spelled | marked
[[3, 4], [], [4]] | [2] | [a!, c!]

SELECT list_reduce([3, 4, 5], (a, m) -> a - m) AS less, list_reduce([1, 2], (a, m) -> a + m, 0.5) AS started, list_reduce([]::INT[], (a, m) -> a + m) AS none, list_reduce([1, 2, 3], (a, m, i) -> a + m * i) AS places
----
less | started | none | places
-6 | 3.5 | NULL | 14

-- Lists of different lengths in one batch, and captured columns.

SELECT x, list_reduce(list_transform(range(x), m -> m * y), (a, m) -> a + m) AS total FROM holes ORDER BY x
----
x | total
1 | 0
2 | NULL
4 | 24
NULL | NULL

-- Aggregates over what a lambda makes; groups by it.

SELECT list_sum(list_filter(list(amount ORDER BY amount), m -> m > 8)) AS large, desk FROM trades GROUP BY desk ORDER BY desk
----
large | desk
NULL | CREDIT
41.50 | FX
NULL | RATES

SELECT list_filter([1, 2, 3], m -> m % 2 = 1) AS odd, count(*) AS n FROM holes GROUP BY ALL
----
odd | n
[1, 3] | 4

SELECT list_transform([1, 2], m -> (SELECT max(x) FROM holes)) AS x
----
error: the select list cannot have a subquery (subqueries stand in WHERE, HAVING, QUALIFY, ORDER BY and the select list)

SELECT list_transform([1], (a, b, c) -> 1) AS x
----
error: this lambda takes 1 or 2 parameters, found 3

SELECT list_filter([1], m -> m + 1) AS x
----
error: a condition is wanted here, this is int (compare it with something)

SELECT list_transform(5, m -> m) AS x
----
error: list_transform takes a list, found int (it is used as list_transform(list, x -> expression), or (x, i) -> … with the place from 1)

SELECT upper(m -> m) AS x
----
error: upper takes neither named nor TABLE arguments

-- Lists and text.

SELECT string_split('a,b,,c', ',') AS parts, string_split('añb', '') AS letters, list_count([1, NULL, 2]) AS n, list_unique([1, 1, NULL, 2]) AS u, list_has_any([1, 2], [2, 9]) AS any, list_has_all([1, 2], [2, 9]) AS all_of, flatten([[1], [], [2, 3]]) AS flat
----
parts | letters | n | u | any | all_of | flat
[a, b, , c] | [a, ñ, b] | 2 | 2 | true | false | [1, 2, 3]

SELECT unicode('é') AS code, chr(233) AS letter, md5('abc') AS digest, md5('') AS empty
----
code | letter | digest | empty
233 | é | 900150983cd24fb0d6963f7d28e17f72 | d41d8cd98f00b204e9800998ecf8427e

SELECT strptime('03/02/2025 14:05', '%d/%m/%Y %H:%M') AS a, strptime('Feb 3 25 2:05 pm', '%b %-d %y %I:%M %p') AS b, try_strptime('2025-13-01', '%Y-%m-%d') AS c, strftime(DATE '2025-02-03', '%a %-d.%-m.%y week %V of %G, day %j %%') AS d, make_timestamp(2025, 2, 3, 4, 5, 6.5) AS e
----
a | b | c | d | e
2025-02-03T14:05:00Z | 2025-02-03T14:05:00Z | NULL | Mon 3.2.25 week 06 of 2025, day 034 % | 2025-02-03T04:05:06.5Z

SELECT strptime('x', '%Y') AS t
----
error: 'x' is not a time of the format '%Y' (try_strptime gives NULL instead)

SELECT strftime(DATE '2025-02-03', '%Q') AS t
----
error: '%Q' is not a directive of strftime (there are %Y %y %m %d %H %I %p %M %S %f %g %j %a %A %b %B %w %u %U %W %G %V %z %Z %c %x %X and %%, and %-d and the like without leading zeros)

SELECT list_position([5, NULL, 7], NULL) AS a, list_position([5, 7], 7) AS b, list_position([5], NULL) AS c, list_position(NULL::INT[], 1) AS d
----
a | b | c | d
2 | 2 | NULL | NULL

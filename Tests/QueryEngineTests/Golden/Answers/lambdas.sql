-- Lambdas over lists; lists of NULL, of nothing, and NULL for a list.

SELECT x, list_transform([x, 10, NULL], m -> m + 1) AS a, list_filter([x, 1, NULL], m -> m > 1) AS b FROM holes ORDER BY x
----

SELECT list_transform([]::INT[], m -> m + 1) AS none, list_transform(NULL::INT[], m -> m + 1) AS nothing, list_transform([NULL::INT], m -> 7) AS one
----

-- The second parameter is the place; names of parameters hide columns, qualified names do not.

SELECT h.x, list_transform([5, 6], (x, i) -> x * i + h.x) AS places FROM holes h WHERE h.x IS NOT NULL ORDER BY 1
----

-- Lambdas within lambdas; other spellings.

SELECT list_transform([[1, 2], [], [3]], l -> list_transform(l, m -> m + len(l))) AS inner_lists, list_apply([1], lambda m: m + 1) AS spelled, [m || '!' FOR m IN ['a', 'b', 'c'] IF m <> 'b'] AS marked
----

SELECT list_reduce([3, 4, 5], (a, m) -> a - m) AS less, list_reduce([1, 2], (a, m) -> a + m, 0.5) AS started, list_reduce([]::INT[], (a, m) -> a + m) AS none, list_reduce([1, 2, 3], (a, m, i) -> a + m * i) AS places
----

-- Lists of different lengths in one batch, and captured columns.

SELECT x, list_reduce(list_transform(range(x), m -> m * y), (a, m) -> a + m) AS total FROM holes ORDER BY x
----

-- Aggregates over what a lambda makes; groups by it.

SELECT list_sum(list_filter(list(amount ORDER BY amount), m -> m > 8)) AS large, desk FROM trades GROUP BY desk ORDER BY desk
----

SELECT list_filter([1, 2, 3], m -> m % 2 = 1) AS odd, count(*) AS n FROM holes GROUP BY ALL
----

SELECT list_transform([1, 2], m -> (SELECT max(x) FROM holes)) AS x
----

SELECT list_transform([1], (a, b, c) -> 1) AS x
----

SELECT list_filter([1], m -> m + 1) AS x
----

SELECT list_transform(5, m -> m) AS x
----

SELECT upper(m -> m) AS x
----

-- Lists and text.

SELECT string_split('a,b,,c', ',') AS parts, string_split('añb', '') AS letters, list_count([1, NULL, 2]) AS n, list_unique([1, 1, NULL, 2]) AS u, list_has_any([1, 2], [2, 9]) AS any, list_has_all([1, 2], [2, 9]) AS all_of, flatten([[1], [], [2, 3]]) AS flat
----

SELECT unicode('é') AS code, chr(233) AS letter, md5('abc') AS digest, md5('') AS empty
----

SELECT strptime('03/02/2025 14:05', '%d/%m/%Y %H:%M') AS a, strptime('Feb 3 25 2:05 pm', '%b %-d %y %I:%M %p') AS b, try_strptime('2025-13-01', '%Y-%m-%d') AS c, strftime(DATE '2025-02-03', '%a %-d.%-m.%y week %V of %G, day %j %%') AS d, make_timestamp(2025, 2, 3, 4, 5, 6.5) AS e
----

SELECT strptime('x', '%Y') AS t
----

SELECT strftime(DATE '2025-02-03', '%Q') AS t
----

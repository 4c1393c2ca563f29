"""Random queries over random tables. Every query gives the same rows whatever order an engine reads in."""

import random

from expressions import Expressions, Scope
from nodes import Aggregated, Node, Optional, Query, Several, Side, Typed
from tables import KINDS

NUMBERS = ["int", "long", "double", "dec"]


class Generator:
    def __init__(self, seed, tables):
        self.rng = random.Random(f"query:{seed}")
        self.tables = tables
        self.make = Expressions(self.rng)
        self.make.subquery = self.scalar_subquery
        self.names = 0
        self.levels = 0
        self.common = []

    def chance(self, p):
        return self.rng.random() < p

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    # The whole query.

    def query(self):
        """The tree, and whether its rows have one order."""
        with_part = []
        if self.chance(0.15):
            with_part = [Optional("WITH ", *self.common_table(), " ")]
        elif self.chance(0.04):
            with_part = ["WITH RECURSIVE ", *self.recursive_table(), " "]
        body = self.body(self.rng.choice([1, 2, 2, 3]))
        is_ordered = self.chance(0.4)
        tail = []
        if is_ordered:
            orders = [Node(str(i + 1), self.rng.choice(["", " ASC", " DESC"]),
                           self.rng.choice(["", "", " NULLS FIRST", " NULLS LAST"]))
                      for i in range(len(body.columns))]
            self.rng.shuffle(orders)
            tail = [" ORDER BY ", Several(orders, least=len(orders))]
            if self.chance(0.5):
                tail.append(Optional(" LIMIT ", self.row_count([0, 1, 3, 10])))
            if self.chance(0.3):
                tail.append(Optional(" OFFSET ", self.row_count([0, 1, 4])))
        return Node(*with_part, body, *tail), is_ordered

    def row_count(self, choices):
        """A number of rows, or a subquery that gives one."""
        count = self.rng.choice(choices)
        if self.chance(0.85):
            return str(count)
        return self.rng.choice([f"(SELECT {count})", f"(SELECT count(*) FROM f.{self.rng.choice(self.tables).name})",
                                f"(SELECT max(n) FROM range(0, {count + 1}) AS l(n))"])

    def body(self, depth):
        roll = self.rng.random()
        if roll < 0.12:
            return self.set_operation(depth)
        if roll < 0.16:
            return self.pivot()
        if roll < 0.19:
            return self.unpivot()
        if roll < 0.45:
            return self.grouped(depth)
        if roll < 0.6:
            return self.windowed(depth)
        return self.plain(depth)

    def common_table(self):
        name = self.name("w")
        inner = self.select(2)
        columns = [self.name("c") for _ in inner.columns]
        parts = [f"{name}({', '.join(columns)}) AS ",
                 self.rng.choice(["", "", "MATERIALIZED ", "NOT MATERIALIZED "]), "(", inner, ")"]
        self.common.append((name, list(zip(columns, inner.columns))))
        return parts

    def recursive_table(self):
        name = self.name("r")
        step = self.rng.choice([1, 2, 3])
        union = self.rng.choice(["UNION", "UNION ALL"])
        table = self.rng.choice(self.tables)
        form = self.rng.randrange(2)
        if form == 0:
            text = (f"{name}(n, s) AS (SELECT 1, 'x' {union} SELECT n + {step}, s || 'y' FROM {name} WHERE n < 9)")
        else:
            text = (f"{name}(n, s) AS (SELECT id, 'x' FROM f.{table.name} WHERE id < 3 {union} "
                    f"SELECT t.id, r.s FROM {name} r JOIN f.{table.name} t ON t.id = r.n + {step})")
        self.common.append((name, [("n", "int"), ("s", "str")]))
        return [text]

    # FROM.

    def relation(self, depth):
        """One relation: (node, columns of it as (text, kind))."""
        roll = self.rng.random()
        alias = self.name("a")
        if self.common and roll < 0.4:
            name, columns = self.rng.choice(self.common)
            return Node(f"{name} AS {alias}"), [(f"{alias}.{c}", k) for c, k in columns]
        if depth > 0 and roll < 0.5:
            inner = self.select(depth - 1)
            names = [f"x{i}" for i in range(len(inner.columns))]
            return (Node("(", inner, f") AS {alias}({', '.join(names)})"),
                    [(f"{alias}.{n}", k) for n, k in zip(names, inner.columns)])
        if roll < 0.54:
            kinds = [self.rng.choice(["int", "str", "date", "bool"]) for _ in range(self.rng.randint(1, 3))]
            rows = [Node("(", Several([self.make.constant(k) for k in kinds], least=len(kinds)), ")")
                    for _ in range(self.rng.randint(1, 4))]
            names = [f"v{i}" for i in range(len(kinds))]
            return (Node("(VALUES ", Several(rows), f") AS {alias}({', '.join(names)})"),
                    [(f"{alias}.{n}", k) for n, k in zip(names, kinds)])
        if roll < 0.56:
            first, last = self.rng.choice([(0, 3), (1, 6), (5, 5)])
            return Node(f"range({first}, {last}) AS {alias}(n)"), [(f"{alias}.n", "long")]
        table = self.rng.choice(self.tables)
        return (Node(f"f.{table.name} AS {alias}"),
                [(f"{alias}.{c.name}", c.kind) for c in table.columns])

    def source(self, depth, outer=None):
        """FROM with joins: (node, scope)."""
        node, columns = self.relation(depth)
        parts = [node]
        columns = list(columns)
        joins = self.rng.choice([0, 0, 1, 1, 2]) if depth > 0 else self.rng.choice([0, 0, 0, 1])
        for _ in range(joins):
            join, added = self.join(columns, depth)
            parts.append(join)
            columns += added
        return Node(*parts), Scope(columns, outer)

    def join(self, left, depth):
        right, columns = self.relation(depth - 1)
        roll = self.rng.random()
        if roll < 0.08 and right.text().startswith("f.") and len([c for c, _ in left if c.endswith(".id")]) == 1:
            word = self.rng.choice([" JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " FULL JOIN ", " SEMI JOIN ", " ANTI JOIN "])
            return Node(word, right, " USING (id)"), [] if "I JOIN" in word else columns
        if roll < 0.14 and self.levels < 2:
            return self.lateral(left)
        kind = self.rng.choice(["JOIN", "JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN",
                                "SEMI JOIN", "ANTI JOIN", "CROSS JOIN", "ASOF"])
        if kind == "CROSS JOIN":
            return Node(" CROSS JOIN ", right), columns
        pairs = [(a, b) for a, ka in left for b, kb in columns
                 if ka == kb or (ka in NUMBERS and kb in NUMBERS and self.chance(0.3))]
        if kind == "ASOF":
            moments = [(a, b) for a, ka in left for b, kb in columns if ka == kb and ka in ("date", "ts", "int")]
            unique = [b for b, _ in columns if b.endswith(".id")]
            # Only a unique key makes the nearest row the same one in every engine.
            moments = [(a, b) for a, b in moments if b in unique]
            if not moments or not right.text().startswith("f."):
                kind = "JOIN"
            else:
                a, b = self.rng.choice(moments)
                operator = self.rng.choice([">=", ">", "<=", "<"])
                word = self.rng.choice([" ASOF JOIN ", " ASOF LEFT JOIN "])
                equal = [p for p in pairs if p[1] not in unique]
                extra = []
                if equal and self.chance(0.5):
                    c, d = self.rng.choice(equal)
                    extra = [Optional(f" AND {c} = {d}")]
                return Node(word, right, f" ON {a} {operator} {b}", *extra), columns
        conditions = []
        for _ in range(self.rng.choice([1, 1, 1, 2])):
            if pairs:
                a, b = self.rng.choice(pairs)
                conditions.append(Typed("bool", f"{a} = {b}"))
        if not conditions or self.chance(0.2):
            saved, self.make.subquery = self.make.subquery, None
            conditions.append(self.make.one("bool", Scope(left + columns), 1))
            self.make.subquery = saved
        node = Node(f" {kind} ", right, " ON ", Several(conditions, " AND "))
        return node, [] if kind in ("SEMI JOIN", "ANTI JOIN") else columns

    def lateral(self, left):
        """A subquery that reads the tables before it; of each row it makes one row."""
        scope = Scope(left)
        source, inner, where = self.inner_scope(scope)
        alias = self.name("a")
        saved, self.make.subquery = self.make.subquery, None
        kind = self.rng.choice(["int", "str", "date"])
        item = Node(self.rng.choice(["min", "max"]) + "(", self.make.one(kind, inner, 1), ")")
        self.make.subquery = saved
        word = self.rng.choice([" CROSS JOIN LATERAL ", " LEFT JOIN LATERAL "])
        tail = " ON TRUE" if word.startswith(" LEFT") else ""
        node = Node(word, "(SELECT ", item, " AS v, count(*) AS n FROM ", source, *where, f") AS {alias}{tail}")
        return node, [(f"{alias}.v", kind), (f"{alias}.n", "long")]

    # Kinds of SELECT.

    def condition(self, scope, depth=2):
        """A condition for WHERE, with subqueries sometimes."""
        roll = self.rng.random()
        if roll < 0.12 and self.levels < 2:
            return self.exists(scope)
        if roll < 0.24 and self.levels < 2:
            return self.membership(scope)
        return self.make.one("bool", scope, depth)

    def where(self, scope, p=0.5):
        if not self.chance(p):
            return []
        parts = [self.condition(scope) for _ in range(self.rng.choice([1, 1, 2]))]
        return [Optional(" WHERE ", Several(parts, self.rng.choice([" AND ", " AND ", " OR "])))]

    def item(self, scope, depth=2, kinds=KINDS):
        kind = self.rng.choice(kinds)
        if self.chance(0.03):
            kind = "list"
        return self.make.one(kind, scope, depth)

    def named(self, items):
        return Several([Node(e, f" AS o{i}") for i, e in enumerate(items)], least=len(items))

    def select(self, depth):
        """A SELECT that may stand as a subquery."""
        self.levels += 1
        made = (self.grouped(depth) if self.chance(0.3)
                else self.set_operation(depth) if self.chance(0.1) else self.plain(depth))
        self.levels -= 1
        return made

    def plain(self, depth, kinds=None):
        source, scope = self.source(depth)
        items = [self.make.one(k, scope, 2) for k in kinds] if kinds else [
            self.item(scope) for _ in range(self.rng.randint(1, 4))]
        kinds = [e.kind for e in items]
        distinct = []
        if self.chance(0.12):
            distinct = [Optional("DISTINCT ")]
        elif self.chance(0.06) and "list" not in kinds and self.levels == 0:
            # DISTINCT ON with an order of all columns: which row stays is defined.
            inner = Query(kinds, "SELECT ", self.named(items), " FROM ", source, *self.where(scope))
            outs = ", ".join(f"o{i}" for i in range(len(items)))
            return Query(kinds, f"SELECT * FROM (SELECT DISTINCT ON (o0) {outs} FROM (", inner,
                         f") AS q ORDER BY {outs}) AS q2")
        return Query(kinds, "SELECT ", *distinct, self.named(items), " FROM ", source, *self.where(scope))

    def set_operation(self, depth):
        left = self.plain(max(depth - 1, 0))
        kinds = left.columns
        if "list" in kinds:
            return left
        parts = [left]
        for _ in range(self.rng.choice([1, 1, 2])):
            # DuckDB cuts digits of decimals in the last four.
            words = ["UNION", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"]
            word = self.rng.choice(words[:2] if "dec" in kinds else words)
            parts += [f" {word} ", Side(kinds, "(", self.plain(max(depth - 1, 0), kinds), ")")]
        parts[0] = Side(kinds, "(", left, ")")
        body = Query(kinds, *parts)
        return Query(kinds, "SELECT * FROM (", body, f") AS {self.name('s')}")

    def column(self, kind, scope):
        """A column, or an expression that no engine takes for a constant."""
        columns = scope.of(kind)
        if columns:
            return Typed(kind, self.rng.choice(columns))
        return Typed(kind, "CAST(" + self.rng.choice(scope.columns)[0] + " IS NULL AS "
                     + {"str": "VARCHAR", "int": "INT"}[kind] + ")")

    def aggregate(self, scope, depth=1):
        """An aggregate call of some kind."""
        r = self.rng
        one = lambda kind: self.make.one(kind, scope, depth)
        kind = r.choice(KINDS)
        number = r.choice(NUMBERS)
        distinct = "DISTINCT " if self.chance(0.15) else ""
        form = r.randrange(21)
        if form == 20:
            kind = r.choice(["int", "str"])
            text = self.column(kind, scope)
            node = (kind, ["mode(", text, " ORDER BY ", text, r.choice([" DESC", ""]), ")"])
        elif form == 0:
            node = ("long", ["count(*)"])
        elif form == 1:
            node = ("long", [f"count({distinct}", one(kind), ")"])
        elif form in (2, 3):
            node = ({"int": "long", "long": "long", "dec": "dec", "double": "double"}[number],
                    [f"sum({distinct}", one(number), ")"])
        elif form == 4:
            number = r.choice(["int", "long", "double"])
            node = ("double", [f"avg({distinct}", one(number), ")"])
        elif form in (5, 6):
            node = (kind, [r.choice(["min", "max"]) + "(", one(kind), ")"])
        elif form == 7:
            node = ("bool", [r.choice(["bool_and", "bool_or"]) + "(", one("bool"), ")"])
        elif form == 8:
            name = r.choice(["stddev_samp", "stddev_pop", "var_samp", "var_pop"])
            node = ("double", [f"{name}(", one(r.choice(["int", "double", "dec"])), ")"])
        elif form == 9:
            name = r.choice(["corr", "covar_samp", "covar_pop"])
            node = ("double", [f"{name}(", one(r.choice(["int", "double"])), ", ", one("int"), ")"])
        elif form == 10:
            node = ("double", ["median(", one(r.choice(["int", "double", "long"])), ")"])
        elif form == 11:
            share = r.choice(["0", "0.25", "0.5", "0.9", "1"])
            node = ("double", ["quantile_cont(", one(r.choice(["int", "double"])), f", {share})"])
        elif form == 12:
            share = r.choice(["0", "0.25", "0.5", "0.9", "1"])
            kind = r.choice(["int", "long", "date"])
            node = (kind, ["quantile_disc(", one(kind), f", {share})"])
        elif form == 13:
            text = self.column("str", scope)
            node = ("str", [f"string_agg({distinct}", text, ", '|' ORDER BY ", text, self.rng.choice(["", " DESC"]), ")"])
        elif form == 15:
            node = ("long", ["count_if(", one("bool"), ")"])
        elif form == 16:
            node = ("int", [r.choice(["bit_and", "bit_or", "bit_xor"]) + f"({distinct}", one("int"), ")"])
        elif form == 17:
            node = ("double", ["mad(", one(r.choice(["int", "double"])), ")"])
        elif form == 18:
            # Signs and zeros only: DuckDB's product rounds by the order of the rows.
            node = ("double", [f"product({distinct}sign(", one("int"), "))"])
        elif form == 19:
            # DuckDB's regr_count has no sign, which shows once it is negated.
            name = r.choice(["regr_avgx", "regr_avgy"])
            node = ("double", [f"{name}(", one("int"), ", ", one("int"), ")"])
        elif form == 14:
            kind = r.choice(["int", "str"])
            text = self.column(kind, scope)
            node = ("list" if kind == "int" else "texts", [f"list({distinct}", text, " ORDER BY ", text, ")"])
        else:
            key = r.choice(["int", "date", "str"])
            text = one(key)
            node = (key, [r.choice(["arg_min", "arg_max"]) + "(", text, ", ", text, ")"])
        kind, parts = node
        if self.chance(0.12) and form != 14:
            parts.append(Optional(" FILTER (WHERE ", self.make.one("bool", scope, 1), ")"))
        return Aggregated(kind, *parts)

    def grouped(self, depth):
        source, scope = self.source(depth)
        saved, self.make.subquery = self.make.subquery, None
        keys = [self.make.one(self.rng.choice(KINDS), scope, self.rng.choice([0, 0, 1]))
                for _ in range(self.rng.choice([0, 1, 1, 2, 3]))]
        keys = [k for k in keys if any(c in k.text() for c, _ in scope.columns)]
        aggregates = [self.aggregate(scope) for _ in range(self.rng.randint(1, 3))]
        having = []
        if self.chance(0.2):
            tested = self.aggregate(scope, 0)
            if tested.kind in NUMBERS:
                having = [Optional(" HAVING ", tested, self.rng.choice([" > ", " <= ", " <> "]), "1")]
            else:
                having = [Optional(" HAVING ", tested, " IS NOT NULL")]
        self.make.subquery = saved
        outer = []
        for made in aggregates:
            # Arithmetic above an aggregate.
            if made.kind in ("long", "double") and self.chance(0.15):
                made = Typed("double", "(", made, " * CAST(2 AS DOUBLE))")
            outer.append(made)
        items = keys + outer
        kinds = [e.kind for e in items]
        group = []
        if keys:
            form = self.rng.random()
            texts = [k.text() for k in keys]
            if len(set(texts)) < len(texts):
                form = 0.0
            ordinals = [str(i + 1) for i in range(len(keys))]
            if form < 0.35:
                group = [" GROUP BY ALL"]
            elif form < 0.6:
                group = [" GROUP BY " + ", ".join(ordinals)]
            elif form < 0.7:
                group = [" GROUP BY ", *[p for i, k in enumerate(keys) for p in (([", "] if i else []) + [k])]]
            else:
                plain = [k.text() for k in keys]
                if all("(" not in t for t in plain):
                    word = self.rng.choice(["ROLLUP", "CUBE", "SETS"])
                    if word == "SETS":
                        sets = [self.rng.sample(plain, self.rng.randint(0, len(plain))) for _ in range(self.rng.randint(1, 3))]
                        sets.append(plain)
                        group = [" GROUP BY GROUPING SETS ("
                                 + ", ".join("(" + ", ".join(s) + ")" for s in sets) + ")"]
                    else:
                        group = [f" GROUP BY {word} ({', '.join(plain)})"]
                else:
                    group = [" GROUP BY ALL"]
        made = Query(kinds, "SELECT ", self.named(items), " FROM ", source, *self.where(scope, 0.35), *group, *having)
        return made

    def windowed(self, depth):
        source, scope = self.source(max(depth - 1, 0))
        saved, self.make.subquery = self.make.subquery, None
        total = [c for c, k in scope.columns]
        items = [self.item(scope, 1) for _ in range(self.rng.randint(0, 2))]
        # Where rows may be equal, two windows number them as they like: then one is compared.
        is_total = all(c.split(".")[0] + ".id" in total for c in total)
        for _ in range(self.rng.randint(1, 2) if is_total else 1):
            items.append(self.window(scope, total))
        self.make.subquery = saved
        kinds = [e.kind for e in items]
        where = self.where(scope, 0.3)
        qualify = []
        if is_total and self.chance(0.2):
            tested = self.window(scope, total)
            if tested.kind in NUMBERS:
                qualify = [Optional(" QUALIFY ", tested, self.rng.choice([" <= ", " > "]), self.rng.choice(["1", "3"]))]
        return Query(kinds, "SELECT ", self.named(items), " FROM ", source, *where, *qualify)

    def window(self, scope, total):
        r = self.rng
        one = lambda kind: self.make.one(kind, scope, self.rng.choice([0, 0, 1]))
        partition = [one(r.choice(KINDS)) for _ in range(r.choice([0, 1, 1, 2]))]
        partition = [Optional("PARTITION BY ", Several(partition), " ")] if partition else []
        whole = " ORDER BY " + ", ".join(f"{c}{r.choice(['', '', ' DESC'])}" for c in total)
        some = Several([Node(one(r.choice(["int", "str", "date", "dec", "bool", "double"])),
                             r.choice(["", " DESC", " NULLS FIRST", " DESC NULLS LAST"])) for _ in range(r.choice([1, 1, 2]))])
        form = r.randrange(10)
        kind = r.choice(KINDS)
        if form == 0:
            return Typed("long", r.choice(["row_number()", f"ntile({r.choice([1, 2, 3, 7])})"]), " OVER (", *partition, whole, ")")
        if form == 1:
            return Typed("long", r.choice(["rank()", "dense_rank()"]), " OVER (", *partition, "ORDER BY ", some, ")")
        if form == 2:
            return Typed("double", r.choice(["percent_rank()", "cume_dist()"]), " OVER (", *partition, "ORDER BY ", some, ")")
        if form == 3:
            extra = r.choice(["", f", {r.choice([0, 1, 2, 5])}"])
            return Typed(kind, r.choice(["lag", "lead"]) + "(", one(kind), extra, ") OVER (", *partition, whole, ")")
        if form == 4:
            name = r.choice(["first_value", "last_value", "nth_value"])
            extra = f", {r.choice([1, 2, 3])}" if name == "nth_value" else ""
            return Typed(kind, name + "(", one(kind), extra, ") OVER (", *partition, whole, self.frame(total), ")")
        function, result = self.window_aggregate(one)
        if form in (5, 6):
            return Aggregated(result, *function, " OVER (", *partition, whole, self.frame(total), ")")
        if form == 7:
            return Aggregated(result, *function, " OVER (", *partition, "ORDER BY ", some, ")")
        if form == 8:
            numeric = r.choice(["int", "long"])
            bounds = self.bounds()
            return Aggregated(result, *function, " OVER (", *partition, "ORDER BY ", one(numeric), r.choice(["", " DESC"]),
                         f" RANGE BETWEEN {bounds})")
        return Aggregated(result, *function, " OVER (", *partition, ")")

    def window_aggregate(self, one):
        function, kind = self.plain_window_aggregate(one)
        if self.chance(0.15):
            function = [*function, Optional(" FILTER (WHERE ", one("bool"), ")")]
        return function, kind

    def plain_window_aggregate(self, one):
        r = self.rng
        number = r.choice(["int", "dec", "long", "double"])
        kind = r.choice(KINDS)
        form = r.randrange(6)
        if form == 0:
            return ["count(*)"], "long"
        if form == 1:
            return ["count(", one(kind), ")"], "long"
        if form in (2, 3):
            return ["sum(", one(number), ")"], {"int": "long"}.get(number, number)
        if form == 4:
            return ["avg(", one(r.choice(["int", "double"])), ")"], "double"
        return [r.choice(["min", "max"]) + "(", one(kind), ")"], kind

    def bounds(self):
        r = self.rng
        low = r.choice(["UNBOUNDED PRECEDING", "2 PRECEDING", "1 PRECEDING", "CURRENT ROW", "1 FOLLOWING"])
        if low == "1 FOLLOWING":
            high = r.choice(["1 FOLLOWING", "3 FOLLOWING", "UNBOUNDED FOLLOWING"])
        elif low == "CURRENT ROW":
            high = r.choice(["CURRENT ROW", "1 FOLLOWING", "UNBOUNDED FOLLOWING"])
        else:
            high = r.choice(["1 PRECEDING", "CURRENT ROW", "1 FOLLOWING", "UNBOUNDED FOLLOWING"])
        return f"{low} AND {high}"

    def frame(self, total):
        """A frame of rows in a total order; with distances by the row sometimes."""
        if self.chance(0.3):
            return ""
        keys = [c for c in total if c.endswith(".id")]
        if keys and self.chance(0.12):
            low, high = (f"COALESCE({self.rng.choice(keys)}, 0) % {n}" for n in (self.rng.choice([2, 3]), 4))
            unit = self.rng.choice(["ROWS", "GROUPS"])
            return Optional(f" {unit} BETWEEN {low} PRECEDING AND {high} FOLLOWING")
        unit = self.rng.choice(["ROWS", "ROWS", "GROUPS"])
        exclude = self.rng.choice(["", "", "", " EXCLUDE CURRENT ROW", " EXCLUDE TIES", " EXCLUDE GROUP"])
        return Optional(f" {unit} BETWEEN {self.bounds()}{exclude}")

    def pivot(self):
        table = self.rng.choice(self.tables)
        on = self.rng.choice([c for c in table.columns if c.kind in ("bool", "int", "str") and c.name != "id"])
        values = {"bool": ["TRUE", "FALSE"], "int": ["1", "2", "3"], "str": ["'a'", "'b'", "'abc'"]}[on.kind]
        number = self.rng.choice([c for c in table.columns if c.kind in ("int", "double")])
        keys = [c for c in table.columns if c.kind in ("date", "str", "bool") and c.name != on.name]
        group = self.rng.choice(keys)
        using, kind = self.rng.choice([("count(*)", "long"), (f"min({number.name})", number.kind)])
        text = f"PIVOT f.{table.name} ON {on.name} IN ({', '.join(values)}) USING {using} GROUP BY {group.name}"
        return Query([group.kind] + [kind] * len(values), f"SELECT * FROM ({text}) AS {self.name('p')}")

    def unpivot(self):
        table = self.rng.choice(self.tables)
        kind = self.rng.choice(["int", "str", "double"])
        names = [c.name for c in table.columns if c.kind == kind]
        keep = self.rng.choice([c for c in table.columns if c.kind != kind])
        listed = ", ".join(sorted({keep.name, *names}))
        nulls = self.rng.choice(["", " INCLUDE NULLS"])
        text = f"FROM (SELECT {listed} FROM f.{table.name}) AS u UNPIVOT{nulls} (v FOR n IN ({', '.join(names)}))"
        return Query([keep.kind, "str", kind], f"SELECT {keep.name} AS o0, n AS o1, v AS o2 {text}")

    # Subqueries in expressions.

    def inner_scope(self, scope):
        """A relation for a subquery, and a condition that may name the outer columns."""
        self.levels += 1
        source, inner = self.source(0)
        parts = []
        if self.chance(0.65):
            pairs = [(a, b) for a, ka in scope.columns for b, kb in inner.columns if ka == kb]
            if pairs:
                a, b = self.rng.choice(pairs)
                operator = "=" if self.chance(0.8) else self.rng.choice(["<", ">=", "<>"])
                parts.append(Typed("bool", f"{b} {operator} {a}"))
        if self.chance(0.4):
            saved, self.make.subquery = self.make.subquery, None
            parts.append(self.make.one("bool", inner, 1))
            self.make.subquery = saved
        self.levels -= 1
        where = [Optional(" WHERE ", Several(parts, " AND "))] if parts else []
        return source, inner, where

    def scalar_subquery(self, kind, scope):
        if self.levels >= 2 or not self.chance(0.5):
            return None
        source, inner, where = self.inner_scope(scope)
        saved, self.make.subquery = self.make.subquery, None
        try:
            if kind == "long" and self.chance(0.5):
                item = Node("count(*)")
            elif kind in ("double", "dec") and self.chance(0.5):
                item = Aggregated(kind, "sum(", self.make.one(kind, inner, 1), ")")
            elif kind in ("int", "long", "double", "dec", "str", "date", "ts", "bool"):
                item = Node(self.rng.choice(["min", "max"]) + "(", self.make.one(kind, inner, 1), ")")
            else:
                return None
        finally:
            self.make.subquery = saved
        return Typed(kind, "(SELECT ", item, " FROM ", source, *where, ")")

    def exists(self, scope):
        source, _, where = self.inner_scope(scope)
        return Typed("bool", self.rng.choice(["EXISTS", "NOT EXISTS"]), " (SELECT 1 FROM ", source, *where, ")")

    def membership(self, scope):
        source, inner, where = self.inner_scope(scope)
        kind = self.rng.choice(["int", "str", "date", "double", "dec", "bool"])
        saved, self.make.subquery = self.make.subquery, None
        tested, item = self.make.one(kind, scope, 1), self.make.one(kind, inner, 1)
        self.make.subquery = saved
        if self.chance(0.15):
            word = self.rng.choice([" >= ALL (", " < ANY (", " <> ALL (", " = ANY ("])
            return Typed("bool", "(", tested, word, "SELECT ", item, " FROM ", source, *where, "))")
        return Typed("bool", "(", tested, self.rng.choice([" IN (", " NOT IN ("]), "SELECT ", item, " FROM ",
                     source, *where, "))")

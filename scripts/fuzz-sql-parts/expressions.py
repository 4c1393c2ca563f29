"""Random scalar expressions of a wanted kind over the columns in scope."""

from nodes import Arithmetic, Cast, Node, Optional, Several, Typed
from tables import DATES, KINDS, STRINGS, TIMES, sql_text

NUMBERS = ["int", "long", "double", "dec"]

WIDENINGS = {("int", "long"), ("int", "double"), ("long", "double"), ("dec", "double"), ("date", "ts"),
             ("ts", "date"), ("bool", "int")}


class Scope:
    """The columns an expression may name, as (text, kind)."""

    def __init__(self, columns, outer=None):
        self.columns = columns
        self.outer = outer

    def of(self, kind):
        return [text for text, k in self.columns if k == kind]

    def kinds(self):
        return sorted({k for _, k in self.columns if k != "list"})


class Expressions:
    """Makes expressions; `subquery` makes scalar ones when the generator allows it."""

    def __init__(self, rng):
        self.rng = rng
        self.subquery = None
        self.lambdas = 0

    def pick(self, *makers):
        return self.rng.choice(makers)()

    def one(self, kind, scope, depth):
        """An expression of a kind."""
        if kind == "list":
            return self.listing(scope, depth)
        columns = scope.of(kind)
        roll = self.rng.random()
        if depth <= 0 or roll < 0.3:
            if columns and self.rng.random() < 0.85:
                return Typed(kind, self.rng.choice(columns))
            return self.constant(kind)
        if roll < 0.42:
            return self.conditional(kind, scope, depth)
        if roll < 0.47 and self.subquery:
            made = self.subquery(kind, scope)
            if made:
                return made
        return getattr(self, "some_" + kind)(scope, depth - 1)

    def constant(self, kind):
        r = self.rng
        if r.random() < 0.04:
            names = {"long": "BIGINT", "dec": "DECIMAL(9,2)", "str": "VARCHAR", "ts": "TIMESTAMP"}
            return Typed(kind, f"CAST(NULL AS {names.get(kind, kind.upper())})")
        text = {
            "int": lambda: str(r.choice([0, 1, 2, 3, 5, 10, 42])),
            "long": lambda: f"CAST({r.choice([0, 1, 2, 7, 100, 4294967296])} AS BIGINT)",
            "double": lambda: f"CAST('{r.choice(['0', '1', '0.5', '2.25', '-3.75', 'NaN', 'inf'])}' AS DOUBLE)"
            if r.random() < 0.1 else f"CAST({r.choice(['0', '1', '0.5', '2.25', '-3.75'])} AS DOUBLE)",
            "dec": lambda: r.choice(["0.0", "1.5", "2.25", "0.125", "-3.7", "100.01", "0.5"]),
            "str": lambda: sql_text(r.choice(STRINGS)),
            "bool": lambda: r.choice(["TRUE", "FALSE"]),
            "date": lambda: f"DATE '{r.choice(DATES)}'",
            "ts": lambda: f"TIMESTAMP '{r.choice(DATES)} {r.choice(TIMES)}'",
        }[kind]()
        return Typed(kind, text)

    def call(self, kind, name, *arguments):
        parts = [name, "("]
        for number, argument in enumerate(arguments):
            parts += ([", "] if number else []) + [argument]
        return Typed(kind, *parts, ")")

    def binary(self, kind, a, operator, b):
        if operator in "+-*" and kind in ("int", "long"):
            if a.kind in ("int", "long") and b.kind in ("int", "long"):
                return Arithmetic(kind, "DECIMAL(38,0)", "(", a, f" {operator} ", b, ")")
        if operator in "+-*" and kind == "dec":
            return Arithmetic(kind, "DOUBLE", "(", a, f" {operator} ", b, ")")
        return Typed(kind, "(", a, f" {operator} ", b, ")")

    def cast(self, kind, type_name, argument):
        # A strict cast that fails in some row fails nearly every query: it stays rare where it can.
        widening = (argument.kind, kind) in WIDENINGS or kind == "str"
        word = "CAST" if widening or self.rng.random() < 0.1 else "TRY_CAST"
        return Cast(kind, f"{word}(", argument, f" AS {type_name})")

    def roomy(self, argument):
        """A decimal with digits before the point: DuckDB writes those without as `.5`."""
        return Cast("dec", "TRY_CAST(", argument, f" AS {self.rng.choice(['DECIMAL(28,6)', 'DECIMAL(38,10)'])})")

    def dated(self, argument):
        """Text in the form of a date, else NULL: DuckDB takes what is nearly one."""
        return Typed("str", "NULLIF(regexp_extract(", argument, ", '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'), '')")

    def whole(self, argument):
        """Text in the form of a whole number, else NULL: DuckDB rounds other numbers."""
        return Typed("str", "NULLIF(regexp_extract(", argument, ", '^-?[0-9]+$'), '')")

    def conditional(self, kind, scope, depth):
        make = lambda: self.one(kind, scope, depth - 1)
        when = lambda: self.one("bool", scope, depth - 1)
        form = self.rng.randrange(6)
        if form == 0:
            tail = [Optional(" ELSE ", make())] if kind != "dec" else [" ELSE ", make()]
            arms = [Node(" WHEN ", when(), " THEN ", make()) for _ in range(self.rng.randint(1, 2))]
            return Typed(kind, "CASE", Several(arms, ""), *tail, " END")
        if form == 1:
            over = self.rng.choice(["int", "str", "date"])
            return Typed(kind, "CASE ", self.one(over, scope, depth - 1), " WHEN ", self.one(over, scope, 0),
                         " THEN ", make(), " ELSE ", make(), " END")
        if form == 2:
            return self.call(kind, "COALESCE", make(), make())
        if form == 3 and kind != "dec":
            return self.call(kind, "NULLIF", make(), make())
        if form == 4:
            return self.call(kind, self.rng.choice(["GREATEST", "LEAST"]), make(), make())
        return self.call(kind, "IF", when(), make(), make())

    def some_int(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        return self.pick(
            lambda: self.binary("int", o("int"), r.choice("+-*"), o("int")),
            lambda: Arithmetic("int", "BIGINT", "(", o("int"), r.choice([" % ", " // "]), "NULLIF(", o("int"), ", 0))"),
            lambda: Arithmetic("int", "DECIMAL(38,0)", "(- ", o("int"), ")"),
            lambda: Arithmetic("int", "DECIMAL(38,0)", "abs(", o("int"), ")"),
            lambda: self.cast("int", "INT", o(r.choice(["long", "dec", "double", "bool"]))),
            lambda: self.cast("int", "INT", self.whole(o("str"))),
            lambda: self.call("int", r.choice(["list_min", "list_max"]), self.listing(scope, depth)),
            lambda: Typed("int", self.listing(scope, depth), f"[{r.choice([1, 2, -1, 7])}]"),
        )

    def some_long(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        part = r.choice(["year", "month", "day", "hour", "minute", "dayofweek", "dayofyear", "quarter", "week"])
        moment = r.choice(["ts", "date"]) if part not in ("hour", "minute") else "ts"
        unit = r.choice(["day", "month", "year", "quarter"])
        return self.pick(
            lambda: self.binary("long", o("long"), r.choice("+-*"), o(r.choice(["int", "long"]))),
            lambda: Typed("long", "(", o("long"), r.choice([" % ", " // "]), "NULLIF(", o("long"), ", 0))"),
            lambda: self.call("long", "length", o("str")),
            lambda: self.call("long", "strpos", o("str"), o("str")),
            lambda: Typed("long", f"EXTRACT({part} FROM ", o(moment), ")"),
            lambda: Typed("long", f"date_diff('{unit}', ", o("date"), ", ", o("date"), ")"),
            lambda: self.binary("long", o("date"), "-", o("date")),
            lambda: self.cast("long", "BIGINT", o(r.choice(["int", "dec", "double"]))),
            lambda: self.cast("long", "BIGINT", self.whole(o("str"))),
            lambda: self.call("long", "len", o("list")),
            lambda: self.call("long", "list_position", o("list"), o("int")),
        )

    def some_double(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        return self.pick(
            lambda: self.binary("double", o("double"), r.choice("+-*"), o(r.choice(NUMBERS))),
            lambda: Typed("double", "(", o(r.choice(["double", "int", "long"])), " / NULLIF(",
                          o(r.choice(["int", "long"])), ", 0))"),
            lambda: self.call("double", "sqrt", self.call("double", "abs", o("double"))),
            lambda: self.call("double", r.choice(["abs", "floor", "ceil", "sign"][:3]), o("double")),
            lambda: self.call("double", "round", o("double"), Typed("int", r.choice(["0", "1", "2"]))),
            lambda: self.cast("double", "DOUBLE", o(r.choice(["int", "long", "dec"]))),
            lambda: self.cast("double", "DOUBLE", o("str")),
            lambda: Typed("double", "(- ", o("double"), ")"),
            lambda: self.call("double", r.choice(["exp", "sin", "cos", "atan"]), self.call("double", "round", o("double"), Typed("int", "1"))),
        )

    def some_dec(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        return self.pick(
            lambda: self.binary("dec", o("dec"), r.choice("+-"), o(r.choice(["int", "dec"]))),
            lambda: self.binary("dec", o("dec"), "*", o(r.choice(["int", "dec"]))),
            lambda: Typed("dec", "(", o("dec"), " % NULLIF(", self.constant("dec"), ", 0))"),
            lambda: self.call("dec", "abs", o("dec")),
            lambda: self.call("dec", "round", o("dec"), Typed("int", r.choice(["0", "1", "2"]))),
            lambda: Typed("dec", "(- ", o("dec"), ")"),
            lambda: self.cast("dec", r.choice(["DECIMAL(18,2)", "DECIMAL(9,3)", "DECIMAL(28,6)", "DECIMAL(5,0)"]),
                              o(r.choice(["int", "long", "dec", "double", "str"]))),
        )

    def some_str(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        n = lambda *v: Typed("int", str(r.choice(v)))
        return self.pick(
            lambda: self.call("str", r.choice(["upper", "lower", "trim", "ltrim", "rtrim", "reverse"]), o("str")),
            lambda: self.binary("str", o("str"), "||", o("str")),
            lambda: self.call("str", "concat", o("str"), o(r.choice(["str", "int"]))),
            lambda: self.call("str", "concat_ws", self.constant("str"), o("str"), o("str")),
            lambda: self.call("str", "substring", o("str"), n(0, 1, 2, 3), n(0, 1, 2, 5)),
            lambda: self.call("str", r.choice(["left", "right"]), o("str"), n(0, 1, 2, 30, -1)),
            lambda: self.call("str", "replace", o("str"), self.constant("str"), o("str")),
            lambda: self.call("str", "split_part", o("str"), Typed("str", r.choice(["' '", "'a'"])), n(1, 2, -1)),
            lambda: self.call("str", r.choice(["lpad", "rpad"]), o("str"), n(0, 3, 5), Typed("str", "'xy'")),
            lambda: self.call("str", "repeat", o("str"), n(0, 1, 2)),
            lambda: self.cast("str", "VARCHAR", o(r.choice(["int", "long", "date", "bool", "str"]))),
            lambda: self.cast("str", "VARCHAR", self.roomy(o("dec"))),
            lambda: self.call("str", "strftime", o("date"), Typed("str", r.choice(["'%Y-%m-%d'", "'%m|%Y'", "'%j %a %B'", "'%y%%%d'"]))),
            lambda: self.call("str", "regexp_replace", o("str"), Typed("str", r.choice(["'[a-b]+'", "'\\\\d'", "'^a'"])),
                              Typed("str", r.choice(["'_'", "''"]))),
        )

    def some_bool(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        kind = r.choice(KINDS)
        a, b = (r.choice(NUMBERS), r.choice(NUMBERS)) if kind in NUMBERS and r.random() < 0.4 else (kind, kind)
        like = sql_text(r.choice(["a%", "%b", "_", "%", "", "a\\_c", "%東%", "A%", "_%c"]).replace("\\", ""))
        return self.pick(
            lambda: self.binary("bool", o(a), r.choice(["=", "<>", "<", "<=", ">", ">="]), o(b)),
            lambda: self.binary("bool", o(a), r.choice(["=", "<>", "<", "<=", ">", ">="]), o(b)),
            lambda: self.binary("bool", o("bool"), r.choice(["AND", "OR"]), o("bool")),
            lambda: Typed("bool", "(NOT ", o("bool"), ")"),
            lambda: Typed("bool", "(", o(kind), r.choice([" IS NULL)", " IS NOT NULL)"])),
            lambda: Typed("bool", "(", o("bool"), r.choice([" IS TRUE)", " IS NOT TRUE)", " IS FALSE)"])),
            lambda: Typed("bool", "(", o(a), r.choice([" IS DISTINCT FROM ", " IS NOT DISTINCT FROM "]), o(b), ")"),
            lambda: Typed("bool", "(", o(kind), r.choice([" BETWEEN ", " NOT BETWEEN "]), o(kind), " AND ", o(kind), ")"),
            lambda: Typed("bool", "(", o(kind), r.choice([" IN (", " NOT IN ("]),
                          Several([self.one(kind, scope, 0) for _ in range(r.randint(1, 4))]), "))"),
            lambda: Typed("bool", "(", o("str"), r.choice([" LIKE ", " NOT LIKE ", " ILIKE "]), like, ")"),
            lambda: self.call("bool", r.choice(["starts_with", "contains", "ends_with"]), o("str"), o("str")),
            lambda: self.call("bool", "regexp_matches", o("str"), Typed("str", r.choice(["'^a'", "'[b-z]$'", "'a.c'", "'\\\\d+'"]))),
            lambda: self.call("bool", "list_contains", o("list"), o("int")),
        )

    def some_date(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        unit = r.choice(["DAY", "MONTH", "YEAR", "WEEK"])
        return self.pick(
            lambda: self.binary("date", o("date"), r.choice("+-"), Typed("int", r.choice(["1", "30", "365"]))),
            lambda: self.call("date", "last_day", o("date")),
            lambda: self.cast("date", "DATE", o("ts")),
            lambda: self.cast("date", "DATE", self.dated(o("str"))),
            lambda: Typed("date", "CAST((", o("date"), f" {r.choice('+-')} INTERVAL '{r.choice([1, 3, 12])}' {unit}) AS DATE)"),
            lambda: Typed("date", f"CAST(date_trunc('{r.choice(['year', 'month', 'quarter', 'week', 'day'])}', ", o("date"), ") AS DATE)"),
        )

    def some_ts(self, scope, depth):
        o = lambda kind: self.one(kind, scope, depth)
        r = self.rng
        unit = r.choice(["DAY", "MONTH", "YEAR", "HOUR", "MINUTE", "SECOND"])
        return self.pick(
            lambda: Typed("ts", "(", o("ts"), f" {r.choice('+-')} INTERVAL '{r.choice([1, 3, 90])}' {unit})"),
            lambda: self.cast("ts", "TIMESTAMP", o("date")),
            lambda: self.cast("ts", "TIMESTAMP", self.dated(o("str"))),
            lambda: Typed("ts", f"date_trunc('{r.choice(['year', 'month', 'week', 'day', 'hour', 'minute', 'second'])}', ", o("ts"), ")"),
        )

    def listing(self, scope, depth):
        members = [self.one("int", scope, min(depth - 1, 0)) for _ in range(self.rng.randint(1, 3))]
        base = Typed("list", "[", Several(members), "]")
        form = self.rng.randrange(14) if depth > 0 else 13
        if form < 2:
            low, high = self.rng.choice([(1, 2), (2, 3), (-2, -1), (0, 1)])
            return Typed("list", base, f"[{low}:{high}]")
        if form < 6:
            return self.with_lambda(base, scope, depth)
        if form == 6:
            return self.call("list", self.rng.choice(["list_sort", "list_reverse", "list_reverse_sort"]), base)
        if form == 7:
            return self.call("list", "list_sort", self.call("list", "list_distinct", base))
        if form == 8:
            return self.call("list", "list_append", base, self.one("int", scope, 0))
        if form == 9:
            return self.call("list", "list_concat", base, self.listing(scope, 0))
        if form == 10:
            return Typed("list", f"CAST(range({self.rng.choice([0, 1, 4])}) AS INT[])")
        return base

    def with_lambda(self, base, scope, depth):
        """A list made of another one by a lambda that reads the row's columns too."""
        self.lambdas += 1
        name = f"m{self.lambdas}"
        inner = Scope([*scope.columns, *[(name, "int")] * 3], scope.outer)
        saved, self.subquery = self.subquery, None
        if self.rng.random() < 0.5:
            made = Typed("list", "list_transform(", base, f", lambda {name}: ", self.one("int", inner, depth), ")")
        else:
            made = Typed("list", "list_filter(", base, f", lambda {name}: ", self.one("bool", inner, depth), ")")
        self.subquery = saved
        return made

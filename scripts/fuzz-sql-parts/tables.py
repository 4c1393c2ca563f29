"""Small random tables, as the statements that make them in either engine."""

import random

STRINGS = ["", "a", "A", "b", "abc", "ab%", "a_c", "zz", "Zürich", "東京", "é", "e\u0301", "😀x", " a ", "x'y",
           "12", "-3", "2024-02-29", "NULL", "nan", "a b c", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"]
DOUBLES = ["0", "-0.0", "1", "-1", "0.5", "2.25", "-3.75", "100", "1024.125", "NaN", "inf", "-inf", "0.1", "1e10"]
INTS = [0, 1, -1, 2, 3, 5, 7, 10, 42, -8, 100, 2147483647, -2147483648]
LONGS = [0, 1, -1, 2, 3, 5, 12, 1000, -77, 4294967296, 9223372036854775807, -9223372036854775808, -9223372036854775807]
DATES = ["2024-02-29", "2024-01-31", "2023-12-31", "2024-03-01", "2020-01-01", "1969-12-31", "1970-01-01",
         "2100-02-28", "1900-03-01", "2024-12-30"]
TIMES = ["00:00:00", "23:59:59.999999", "12:30:00", "12:30:00.5", "06:07:08.000009"]
SHAPES = [(5, 1), (9, 3), (18, 2), (18, 6), (28, 10), (4, 4)]
KINDS = ["int", "long", "double", "dec", "str", "bool", "date", "ts"]
TYPES = {"int": "INT", "long": "BIGINT", "double": "DOUBLE", "str": "VARCHAR", "bool": "BOOLEAN",
         "date": "DATE", "ts": "TIMESTAMP"}


def sql_text(s):
    return "'" + s.replace("'", "''") + "'"


class Column:
    def __init__(self, name, kind, shape=None):
        self.name, self.kind, self.shape = name, kind, shape

    def type(self):
        return f"DECIMAL({self.shape[0]},{self.shape[1]})" if self.kind == "dec" else TYPES[self.kind]


class Table:
    """A table, its columns and rows of SQL literals; `id` is its key."""

    def __init__(self, rng, name):
        self.name = name
        kinds = KINDS + rng.choices(KINDS, k=rng.randint(0, 3))
        rng.shuffle(kinds)
        self.columns = [Column("id", "int")]
        for number, kind in enumerate(kinds):
            self.columns.append(Column(f"{kind[0]}{number}", kind, rng.choice(SHAPES)))
        size = rng.choice([0, 1, 2, 5, 9, 20, 40, 60])
        palette = {c.name: self.values(rng, c) for c in self.columns[1:]}
        nulls = rng.choice([0, 0.1, 0.4])
        self.rows = []
        for key in range(1, size + 1):
            row = [str(key)]
            for c in self.columns[1:]:
                row.append("NULL" if rng.random() < nulls else rng.choice(palette[c.name]))
            self.rows.append(row)

    @staticmethod
    def values(rng, column):
        """The literals a column draws from: few, so that rows meet; extremes in some columns only."""
        count = rng.choice([2, 4, 8])
        wild = rng.random() < 0.25
        kind = column.kind
        if kind == "int":
            return [f"({v})" for v in rng.choices(INTS if wild else INTS[:-2], k=count)]
        if kind == "long":
            return [f"({v})" for v in rng.choices(LONGS if wild else LONGS[:-3], k=count)]
        if kind == "double":
            return [f"CAST('{v}' AS DOUBLE)" for v in rng.choices(DOUBLES if wild else DOUBLES[:9], k=count)]
        if kind == "dec":
            precision, scale = column.shape
            out = []
            for _ in range(count):
                digits = precision if wild else min(precision, max(scale + 1, 4)) if precision > scale else scale
                number = rng.randint(0, 10 ** rng.randint(1, digits) - 1)
                text = str(number).rjust(scale + 1, "0")
                text = (text[:-scale] + "." + text[-scale:]) if scale else text
                out.append(f"CAST('{rng.choice(['', '-'])}{text}' AS {column.type()})")
            return out
        if kind == "str":
            return [sql_text(s) for s in rng.choices(STRINGS, k=count)]
        if kind == "bool":
            return ["TRUE", "FALSE"]
        if kind == "date":
            return [f"DATE '{d}'" for d in rng.choices(DATES, k=count)]
        return [f"TIMESTAMP '{rng.choice(DATES)} {rng.choice(TIMES)}'" for _ in range(count)]

    def statements(self, schema, rng):
        columns = ", ".join(f"{c.name} {c.type()}" for c in self.columns)
        yield f"CREATE TABLE {schema}.{self.name} ({columns})"
        # Several inserts make several files, which pruning and merging see.
        step = rng.choice([7, 25, 100])
        for start in range(0, len(self.rows), step):
            rows = ", ".join("(" + ", ".join(r) + ")" for r in self.rows[start:start + step])
            yield f"INSERT INTO {schema}.{self.name} VALUES {rows}"


def make(seed, count=4):
    rng = random.Random(f"tables:{seed}")
    tables = [Table(rng, f"t{i}") for i in range(count)]
    return tables, [s for t in tables for s in t.statements("f", rng)]

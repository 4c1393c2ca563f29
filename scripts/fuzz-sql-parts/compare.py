"""Whether two answers are the same, and which documented difference explains it when they are not."""

import decimal
import json
import math
import pathlib
import re

from engines import Number

TOLERANCE = 1e-9
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def close(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if a == b:
        return True
    if math.isinf(a) or math.isinf(b):
        return False
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b), 1e-3)


def same(tarn, duck, scales=True):
    """Compares one value; the kind must be the same: 1.0 is neither 1 nor 1.00."""
    if tarn is None or duck is None:
        return tarn is None and duck is None
    if isinstance(duck, bool) or isinstance(tarn, bool):
        return tarn is duck
    if isinstance(duck, list):
        return isinstance(tarn, list) and len(tarn) == len(duck) and all(same(a, b, scales) for a, b in zip(tarn, duck))
    if isinstance(duck, float):
        if isinstance(tarn, Number):
            return close(float(tarn), duck)
        return isinstance(tarn, str) and tarn in SPECIAL and close(SPECIAL[tarn], duck)
    if isinstance(duck, decimal.Decimal):
        if isinstance(tarn, int):
            return (duck.as_tuple().exponent == 0 or not scales) and tarn == duck
        if not isinstance(tarn, Number):
            return False
        mine = decimal.Decimal(tarn)
        if scales:
            return mine == duck and mine.as_tuple().exponent == duck.as_tuple().exponent
        # Where DuckDB gave up places, the value that they leave.
        with decimal.localcontext(prec=100):
            return mine == duck or mine.quantize(duck, decimal.ROUND_HALF_UP) == duck
    if isinstance(duck, int):
        return isinstance(tarn, int) and tarn == duck
    if isinstance(duck, str):
        if isinstance(tarn, Number) or not isinstance(tarn, str):
            return False
        return tarn == duck or moment(tarn) == moment(duck) is not None
    return str(tarn) == str(duck)


def moment(text):
    """A timestamp without the zeros at the end of its fraction."""
    found = re.fullmatch(r"(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z", text)
    return found and found[1] + (found[2] or "").rstrip("0").rstrip(".")


def key(value):
    """Sorts rows so that equal ones of both engines stand at the same place."""
    if isinstance(value, list):
        return "[" + ",".join(key(v) for v in value) + "]"
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and not isinstance(value, Number) and value not in SPECIAL:
        return "s" + (moment(value) or value)
    number = SPECIAL[value] if value in SPECIAL else float(value)
    if number == 0:
        number = 0.0
    return f"n{number:.7e}"


def rows_differ(tarn, duck, is_ordered, scales=True):
    """None when the same, else what differs."""
    if len(tarn) != len(duck):
        return f"{len(tarn)} rows, DuckDB {len(duck)}"
    if not is_ordered:
        tarn = sorted(tarn, key=lambda r: [key(v) for v in r])
        duck = sorted(duck, key=lambda r: [key(v) for v in r])
    def alike(a, b):
        return all(same(x, y, scales) for x, y in zip(a, b))

    for a, b in zip(tarn, duck):
        if len(a) != len(b):
            return f"{len(a)} columns, DuckDB {len(b)}"
        if not alike(a, b):
            # Nearly equal doubles may stand in another order: then some other row matches.
            if not is_ordered and any(alike(a, other) for other in duck):
                continue
            return f"row {show(a)}, DuckDB {show(b)}"
    return None


def show(row):
    return json.dumps([str(v) if not isinstance(v, (int, str, type(None), float)) else v for v in row],
                      ensure_ascii=False)


class Difference:
    """A rule of differences.json: which outcome it explains, and the documented sentence."""

    def __init__(self, entry):
        self.name = entry["name"]
        self.when = entry["when"]
        self.tarn = re.compile(entry.get("tarn", ""))
        self.duck = re.compile(entry.get("duck", ""))
        self.query = re.compile(entry.get("query", ""), re.S)
        self.document = entry["document"]

    def explains(self, when, query, tarn, duck):
        return (when == self.when and self.query.search(query) and self.tarn.search(tarn)
                and self.duck.search(duck))


def load_rules(path):
    """The rules; each must quote a sentence that docs/query-language.md has."""
    document = " ".join((path.parent.parent.parent / "docs/query-language.md").read_text().split())
    rules = [Difference(entry) for entry in json.loads(path.read_text())]
    for rule in rules:
        if rule.document not in document:
            raise SystemExit(f"fuzz-sql: rule {rule.name}: docs/query-language.md lacks: {rule.document}")
    return rules


RANGES = {"int": (-(2 ** 31), 2 ** 31 - 1), "bigint": (-(2 ** 63), 2 ** 63 - 1)}


def is_true_overflow(message):
    """Whether Tarn's words hold: the operation that it names does not fit the type that it names."""
    number = r"\(?(-?[\d.]+)\)?"
    found = re.search(rf"overflow: {number} ([-+*]) {number} is outside (int|bigint|decimal\((\d+),(\d+)\))", message)
    if not found:
        found = re.search(rf"overflow: (-)\(({number})\) is outside (int|bigint)", message)
        return bool(found) and -int(found[3]) > RANGES[found[4]][1]
    with decimal.localcontext(prec=100):
        a, b = decimal.Decimal(found[1]), decimal.Decimal(found[3])
        result = {"+": a + b, "-": a - b, "*": a * b}[found[2]]
        if found[4] in RANGES:
            return not RANGES[found[4]][0] <= result <= RANGES[found[4]][1]
        return abs(result) >= decimal.Decimal(10) ** (int(found[5]) - int(found[6]))


def judge(query, is_ordered, tarn, duck, rules, engine=None):
    """("same", "") or ("explained", rule) or ("different" | "crash", what)."""
    if tarn[0] == "crash":
        return "crash", tarn[1]
    if tarn[0] == "error" and duck[0] == "error":
        return "same", "both fail"
    if tarn[0] == "error":
        when, what, texts = "tarn fails", f"Tarn fails: {tarn[1]}", (tarn[1], "")
    elif duck[0] == "error":
        when, what, texts = "duckdb fails", f"DuckDB fails: {duck[1]}", ("", duck[1])
    else:
        what = rows_differ(tarn[1], duck[1], is_ordered)
        if what is None:
            return "same", ""
        when, texts = "rows", (what, what)
        if rows_differ(tarn[1], duck[1], is_ordered, scales=False) is None:
            when, what = "scale", f"scale: {what}"
    for rule in rules:
        if rule.explains(when, query, *texts):
            return "explained", rule.name
    if when == "tarn fails" and engine:
        # DuckDB's optimizer may have left out what fails: does it fail without?
        if is_true_overflow(tarn[1]) or engine.run_as_written(query)[0] == "error":
            return "explained", "plans decide what is computed"
    return "different", what

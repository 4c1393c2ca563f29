"""Whether two answers are the same, and which documented difference explains it when they are not."""

import copy
import decimal
import json
import math
import pathlib
import re

import nodes
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
        if not scales and isinstance(tarn, Number):
            return decimal.Decimal(tarn) == duck
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
            if (not is_ordered or nearly_tied(a, b)) and any(alike(a, other) for other in duck):
                continue
            return f"row {show(a)}, DuckDB {show(b)}"
    return None


def nearly_tied(tarn, duck):
    """Whether doubles of two rows differ by no more than rounding, which may decide their order."""
    return any(isinstance(b, float) and isinstance(a, Number) and close(float(a), b) and float(a) != b
               for a, b in zip(tarn, duck))


def show(row):
    return json.dumps([str(v) if not isinstance(v, (int, str, type(None), float)) else v for v in row],
                      ensure_ascii=False)


class Difference:
    """A rule of differences.json: which outcome it may explain, and the documented sentence.

    `instead` names what differs on purpose and a construct that does not: the rule holds only where both
    engines agree on the query with the one in place of the other. `duck_instead` names words of DuckDB's own that
    mean what Tarn's do: DuckDB's answer to the query with them is Tarn's to it without. `forgiving`: they agree once casts give
    NULL and numbers have room. `textual`: DuckDB's answer is Tarn's once its doubles become decimals by their text. `rest`: they agree once the part that DuckDB refuses is left out. `wide`: DuckDB has a column with all 38 digits.
    `written`: DuckDB's answer without its optimizer is Tarn's.
    """

    def __init__(self, entry):
        self.name = entry["name"]
        self.when = entry["when"]
        self.tarn = re.compile(entry.get("tarn", ""))
        self.duck = re.compile(entry.get("duck", ""))
        self.query = re.compile(entry.get("query", ""), re.S)
        self.instead = [(re.compile(a), b) for a, b in entry.get("instead", [])]
        self.duck_instead = [(re.compile(a), b) for a, b in entry.get("duck_instead", [])]
        self.needs_wide = entry.get("wide", False)
        self.is_forgiving = entry.get("forgiving", False)
        self.is_textual = entry.get("textual", False)
        self.has_rest = entry.get("rest", False)
        self.is_written = entry.get("written", False)
        self.document = entry["document"]

    def may_explain(self, when, query, tarn, duck):
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


# Failures that depend on a row's value, which a plan may or may not compute.
TARN_VALUE_FAILS = re.compile(r"overflow: |is not a value of|is not an? [^\n]+|cannot be read as|division by zero")
DUCK_VALUE_FAILS = re.compile(r"^(Conversion Error|Out of Range Error: (Overflow|Cannot|Type|Value))|^Invalid Input Error: "
                              r"(Type|Failed to cast)")


class Judge:
    """Says what two answers to one query are to each other."""

    def __init__(self, tarn, duck, rules):
        self.tarn, self.duck, self.rules = tarn, duck, rules

    def verdict(self, tree, is_ordered, tarn):
        """("same", "") or ("explained", rule) or ("different" | "crash", what)."""
        query = tree.text()
        if tarn[0] == "crash":
            return "crash", tarn[1]
        duck = self.duck.run(query)
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
        for rule in self.rules:
            if (rule.may_explain(when, query, *texts) and (not rule.needs_wide or self.gave_up_places(query))
                    and self.agree_instead(rule, query, is_ordered, scales=when == "scale")
                    and self.agree_otherwise(rule, query, is_ordered, tarn)
                    and (not rule.is_textual or self.agree_by_text(tree, query, is_ordered, tarn))
                    and (not rule.has_rest or self.agree_on_rest(tree, is_ordered))
                    and (not rule.is_written or self.agree_as_written(query, is_ordered, tarn))
                    and (not rule.is_forgiving or self.agree_forgiving(tree, query, is_ordered))):
                return "explained", rule.name
        several = [r for r in self.rules if r.instead and not r.needs_wide and r.may_explain(when, query, *texts)]
        if len(several) > 1 and self.agree_once(several, query, is_ordered, scales=when == "scale"):
            return "explained", " and ".join(r.name for r in several)
        if self.is_of_the_plan(when, tree, query, is_ordered, tarn, duck):
            return "explained", "plans decide what is computed"
        return "different", what

    def agree(self, query, is_ordered, scales=False):
        """Whether both engines give the same rows."""
        tarn, duck = self.tarn.run([query])[0], self.duck.run(query)
        return tarn[0] == duck[0] == "rows" and rows_differ(tarn[1], duck[1], is_ordered, scales) is None

    def agree_instead(self, rule, query, is_ordered, scales):
        return not rule.instead or self.agree_once([rule], query, is_ordered, scales)

    def agree_once(self, rules, query, is_ordered, scales):
        """Whether both engines agree once none of the rules' constructs is left."""
        changed = query
        for pattern, replacement in (change for rule in rules for change in rule.instead):
            changed = pattern.sub(replacement, changed)
        return changed != query and self.agree(changed, is_ordered, scales)

    def agree_otherwise(self, rule, query, is_ordered, tarn):
        if not rule.duck_instead:
            return True
        changed = query
        for pattern, replacement in rule.duck_instead:
            changed = pattern.sub(replacement, changed)
        if changed == query or tarn[0] != "rows":
            return False
        duck = self.duck.run(changed)
        return duck[0] == "rows" and rows_differ(tarn[1], duck[1], is_ordered) is None

    def agree_by_text(self, tree, query, is_ordered, tarn):
        with nodes.textual():
            changed = tree.text()
        duck = self.duck.run(changed)
        return changed != query and duck[0] == "rows" and rows_differ(tarn[1], duck[1], is_ordered) is None

    def agree_on_rest(self, tree, is_ordered):
        """Whether both engines give the same rows once something small stands for the parts that DuckDB refuses."""
        if self.duck.run_as_written(tree.text())[0] == "rows":
            # Only its optimizer fails.
            return self.agree_as_written(tree.text(), is_ordered, self.tarn.run([tree.text()])[0])
        changed = copy.deepcopy(tree)

        def is_bound():
            return self.duck.run(changed.text())[0] == "rows"

        # Everything that may read an outer query goes; then back comes what DuckDB takes.
        taken_out = []
        for change in nodes.outer_parts(changed):
            change[0]()
            taken_out.append(change)
        if not taken_out or not is_bound():
            return False
        for put, back in reversed(taken_out):
            back()
            if not is_bound():
                put()
        text = changed.text()
        return text != tree.text() and self.agree(text, is_ordered)

    def agree_as_written(self, query, is_ordered, tarn):
        """Whether DuckDB's answer without its optimizer is Tarn's."""
        written = self.duck.run_as_written(query)
        return (tarn[0] == written[0] == "rows"
                and rows_differ(tarn[1], written[1], is_ordered, scales=False) is None)

    def gave_up_places(self, query):
        """Whether a column of DuckDB's has all the digits there are, so that its places were cut."""
        kinds = self.duck.run(f"DESCRIBE {query}")
        return kinds[0] == "rows" and any(str(row[1]).startswith("DECIMAL(38,") for row in kinds[1])

    def is_of_the_plan(self, when, tree, query, is_ordered, tarn, duck):
        """Whether only one of the plans met a value that cannot be computed: when DuckDB, without its
        optimizer, does as Tarn does; or when both agree once casts give NULL and numbers have room."""
        if when == "tarn fails" and TARN_VALUE_FAILS.search(tarn[1]):
            if self.duck.run_as_written(query)[0] == "error":
                return True
        elif when == "duckdb fails" and DUCK_VALUE_FAILS.search(duck[1]):
            written = self.duck.run_as_written(query)
            if written[0] == "rows" and rows_differ(tarn[1], written[1], is_ordered) is None:
                return True
        else:
            return False
        return self.agree_forgiving(tree, query, is_ordered)

    def agree_forgiving(self, tree, query, is_ordered):
        """Whether both engines give the same rows once casts give NULL and numbers have room."""
        with nodes.forgiving():
            changed = tree.text()
        return changed != query and self.agree(changed, is_ordered)

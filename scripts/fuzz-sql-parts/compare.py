"""Whether two answers are the same, and which documented difference explains it when they are not."""

import copy
import decimal
import json
import math
import pathlib
import re

import nodes
from engines import SLOW, Number

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

    if tarn and len(tarn[0]) != len(duck[0]):
        return f"{len(tarn[0])} columns, DuckDB {len(duck[0])}"
    left = [(a, b) for a, b in zip(tarn, duck) if not alike(a, b)]
    # Nearly equal doubles may stand in another order: then each row has its own match among those that are left.
    unmatched = [b for _, b in left]
    for a, b in left:
        for place, other in enumerate(unmatched):
            if alike(a, other) and (not is_ordered or nearly_tied(other, b, unmatched)):
                del unmatched[place]
                break
        else:
            return f"row {show(a)}, DuckDB {show(b)}"
    return None


def nearly_tied(one, other, rows):
    """Whether two rows of DuckDB's are among some whose doubles differ by no more than rounding, which may decide their
    order."""
    def is_rounded(column, a, b):
        return (isinstance(a, float) and isinstance(b, float) and close(a, b)
                and any(row[column] != a and close(row[column], a) for row in [other, *rows] if row[column] is not None))

    return any(is_rounded(column, a, b) for column, (a, b) in enumerate(zip(one, other)))


def show(row):
    return json.dumps([str(v) if not isinstance(v, (int, str, type(None), float)) else v for v in row],
                      ensure_ascii=False)


class Difference:
    """A rule of differences.json: which outcome it may explain, and the documented sentence.

    `instead` names what differs on purpose and a construct that does not: the rule holds only where both
    engines agree on the query with the one in place of the other. `duck_instead` names words of DuckDB's own that
    mean what Tarn's do: DuckDB's answer to the query with them is Tarn's to it without. `forgiving`: they agree once casts give
    NULL and numbers have room; `roomy`: once decimals of set operations and aggregates have room, too. `textual`: once
    doubles become decimals by their text; `filled`: once no cast to a number gives NULL;
    `rounded`: once aggregates have seven digits. `rest`: they agree once the part that DuckDB refuses is
    left out. `wide`: DuckDB has a column with all 38 digits. `written`: DuckDB's answer without its optimizer is Tarn's.
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
        self.forms = [form for form in ("forgiving", "filled", "roomy", "rounded", "textual") if entry.get(form)]
        self.has_rest = entry.get("rest", False)
        self.is_written = entry.get("written", False)
        self.document = entry["document"]

    def is_a_change(self):
        """Whether it holds where both engines agree on a changed query."""
        return bool(self.instead or self.duck_instead or self.forms)

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


# No rule of the file: only the form whose casts give NULL and whose numbers have room.
FORGIVING = Difference({"name": "", "when": "", "forgiving": True, "document": ""})

# Failures that depend on a row's value, which a plan may or may not compute.
TARN_VALUE_FAILS = re.compile(r"overflow: |is not a value of|is not an? [^\n]+|cannot be read as|division by zero")
DUCK_VALUE_FAILS = re.compile(r"^(Conversion Error|Out of Range Error: (Overflow|Cannot|Type|Value))|^Invalid Input Error: "
                              r"(Type|Failed to cast)")


def substitute(text, changes):
    for pattern, replacement in changes:
        text = pattern.sub(replacement, text)
    return text


def outcome_of(tarn, duck, is_ordered):
    """(when, what, texts): the sort of a difference, a line for people, and what rules look at on either side; None where
    both give the same rows."""
    if tarn[0] == "error":
        return "tarn fails", f"Tarn fails: {tarn[1]}", (tarn[1], "")
    if duck[0] == "error":
        return "duckdb fails", f"DuckDB fails: {duck[1]}", ("", duck[1])
    what = rows_differ(tarn[1], duck[1], is_ordered)
    if what is None:
        return None
    if rows_differ(tarn[1], duck[1], is_ordered, scales=False) is None:
        return "scale", f"scale: {what}", (what, what)
    return "rows", what, (what, what)


class Judge:
    """Says what two answers to one query are to each other."""

    def __init__(self, tarn, duck, rules):
        self.tarn, self.duck, self.rules = tarn, duck, rules

    def verdict(self, tree, is_ordered, tarn):
        """("same", "") or ("explained", rule) or ("different" | "crash", what)."""
        query = tree.text()
        if tarn[0] == "crash" and not tarn[1].startswith(SLOW):
            return "crash", tarn[1]
        duck = self.duck.run(query)
        if duck == ("error", SLOW):
            # Some joins have more rows than anybody waits for: there is nothing to compare with.
            return "same", "both fail"
        if tarn[0] == "crash":
            return "crash", tarn[1]
        if tarn[0] == duck[0] == "error":
            return "same", "both fail"
        outcome = outcome_of(tarn, duck, is_ordered)
        if outcome is None:
            return "same", ""
        when, what, _ = outcome
        for rule in self.able(outcome, query, tree):
            if ((not rule.is_a_change() or self.agree_once([rule], tree, is_ordered, when == "scale"))
                    and (not rule.has_rest or self.agree_on_rest(rule, tree, is_ordered))
                    and (not rule.is_written or self.agree_as_written(query, is_ordered, tarn))):
                return "explained", rule.name
        if self.agree_step_by_step([], outcome, tree, is_ordered):
            return "explained", "several rules, each by what the one before left"
        if self.is_of_the_plan(when, tree, query, is_ordered, tarn, duck):
            return "explained", "plans decide what is computed"
        return "different", what

    def able(self, outcome, query, tree):
        """The rules that may explain an outcome."""
        when, _, texts = outcome
        return [r for r in self.rules if r.may_explain(when, query, *texts)
                and (not r.needs_wide or self.gave_up_places(tree))]

    def agree_step_by_step(self, rules, outcome, tree, is_ordered):
        """Whether rules can be found of which each explains what differs once the constructs of those before it
        are gone, until nothing does."""
        for rule in self.able(outcome, tree.text(), tree):
            if not rule.is_a_change() or rule in rules:
                continue
            queries = self.changed([*rules, rule], tree)
            if queries == self.changed(rules, tree):
                continue
            tarn, duck = self.answers(queries)
            if tarn[0] == "crash" or tarn[0] == duck[0] == "error":
                continue
            left = outcome_of(tarn, duck, is_ordered)
            if left is None or (len(rules) < 3 and self.agree_step_by_step([*rules, rule], left, tree, is_ordered)):
                return True
        return False

    def changed(self, rules, tree):
        """The query without the rules' constructs, for Tarn and for DuckDB."""
        with nodes.written(*{form for rule in rules for form in rule.forms}):
            query = tree.text()
        query = substitute(query, [change for rule in rules for change in rule.instead])
        return query, substitute(query, [change for rule in rules for change in rule.duck_instead])

    def answers(self, queries):
        return self.tarn.run([queries[0]])[0], self.duck.run(queries[1])

    def agree_once(self, rules, tree, is_ordered, scales=False):
        """Whether both engines give the same rows once none of the rules' constructs is left."""
        queries = self.changed(rules, tree)
        if queries == self.changed([], tree):
            return False
        tarn, duck = self.answers(queries)
        return tarn[0] == duck[0] == "rows" and rows_differ(tarn[1], duck[1], is_ordered, scales) is None

    def agree_on_rest(self, rule, tree, is_ordered):
        """Whether nothing is left to explain once something small stands for the parts that DuckDB refuses."""
        if self.agree_as_written(tree.text(), is_ordered, self.tarn.run([tree.text()])[0]):
            # Only its optimizer fails.
            return True
        changed = copy.deepcopy(tree)

        def is_bound():
            answer = self.duck.run(changed.text())
            return answer[0] == "rows" or not rule.duck.search(answer[1])

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
        if changed.text() == tree.text():
            return False
        kind, what = self.verdict(changed, is_ordered, self.tarn.run([changed.text()])[0])
        if what == "both fail":
            return self.agree_once([FORGIVING], changed, is_ordered)
        return kind in ("same", "explained")

    def agree_as_written(self, query, is_ordered, tarn):
        """Whether DuckDB's answer without its optimizer is Tarn's."""
        written = self.duck.run_as_written(query)
        return (tarn[0] == written[0] == "rows"
                and rows_differ(tarn[1], written[1], is_ordered, scales=False) is None)

    def gave_up_places(self, tree):
        """Whether a column of DuckDB's, in the query or a part of it, has all the digits there are, so that its
        places were cut."""
        parts = [tree, *(node for node, _ in nodes.walk(tree) if isinstance(node, nodes.Query) and "dec" in node.columns)]
        for part in parts:
            kinds = self.duck.run(f"DESCRIBE {part.text()}")
            if kinds[0] == "rows" and any(str(row[1]).startswith("DECIMAL(38,") for row in kinds[1]):
                return True
        return False

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
        forms = [[], [r for r in self.rules if r.instead and r.query.search(query)]]
        return any(self.agree_once([FORGIVING, *more], tree, is_ordered) for more in forms)

"""Compares Tarn's answers to random queries with DuckDB's; see fuzz-sql for the usage."""

import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent / "fuzz-sql-parts"
sys.path.insert(0, str(HERE))

import duckdb  # noqa: E402

import compare  # noqa: E402
import nodes  # noqa: E402
import tables  # noqa: E402
from engines import Duck, Tarn  # noqa: E402
from queries import Generator  # noqa: E402

# Queries over one set of tables, and queries one process of Tarn is given.
ROUND, BATCH = 500, 100


class Round:
    """Both engines with the same random tables."""

    def __init__(self, tarn, seed, number, folder, options):
        self.seed = f"{seed}:{number}"
        self.tables, statements = tables.make(self.seed)
        lake = pathlib.Path(folder, f"lake{number}")
        self.tarn = Tarn(tarn, str(lake), options)
        self.statements = statements
        subprocess.run([tarn, "init", "--lake", str(lake), "--quiet"], check=True, capture_output=True)
        self.tarn.script(["CREATE SCHEMA f", *statements])
        self.duck = Duck(duckdb)
        self.duck.script(statements)

    def query(self, index):
        return Generator(f"{self.seed}:{index}", self.tables).query()

    def judge(self, text, is_ordered, rules):
        answer = self.tarn.run([text])[0]
        return compare.judge(text, is_ordered, answer, self.duck.run(text), rules, self.duck)


def signature(verdict):
    """What two occurrences of one fault have in common."""
    kind, what = verdict
    line = what.split("\n")[0]
    if re.match(r"\d+ rows", line):
        return kind, "count"
    if line.startswith("row "):
        return kind, "row"
    return kind, re.sub(r"\(.*?\)|'[^']*'|\"[^\"]*\"|[-\d.]+", "…", line)


def report(round_, index, tree, is_ordered, verdict, rules):
    kind, what = verdict
    print(f"\n--- case {round_.seed}:{index}: {kind}: {what}")
    def still_fails(text):
        return signature(round_.judge(text, is_ordered, rules)) == signature(verdict)

    text = nodes.shrink(tree, still_fails, 400)
    print(f"    smaller: {round_.judge(text, is_ordered, rules)[1]}")
    print(f"    {text};", flush=True)


def rerun(arguments, rules, folder):
    *seed, number, index = arguments.rerun.split(":")
    round_ = Round(arguments.tarn, ":".join(seed), int(number), folder, arguments.option)
    tree, is_ordered = round_.query(int(index))
    print("\n".join(f"{s};" for s in round_.statements))
    print(f"\n{tree.text()};\n")
    tarn = round_.tarn.run([tree.text()])[0]
    print(f"tarn: {tarn}\nduckdb: {round_.duck.run(tree.text())}")
    verdict = round_.judge(tree.text(), is_ordered, rules)
    if verdict[0] not in ("same", "explained"):
        report(round_, int(index), tree, is_ordered, verdict, rules)
        return 1
    print(f"{verdict[0]} {verdict[1]}")
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tarn")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--rerun", help="a case as printed, SEED:ROUND:INDEX")
    parser.add_argument("--show", type=int, default=2, help="how many differences of one sort are made small")
    parser.add_argument("--option", action="append", default=[], help="an option for tarn")
    arguments = parser.parse_args()
    rules = compare.load_rules(HERE / "differences.json")
    with tempfile.TemporaryDirectory() as folder:
        if arguments.rerun:
            return rerun(arguments, rules, folder)
        return fuzz(arguments, rules, folder)


def fuzz(arguments, rules, folder):
    counts, explained, seen = collections.Counter(), collections.Counter(), collections.Counter()
    done = 0
    start = time.monotonic()
    both_fail = 0
    for number in range((arguments.queries + ROUND - 1) // ROUND):
        round_ = Round(arguments.tarn, arguments.seed, number, folder, arguments.option)
        for first in range(0, ROUND, BATCH):
            if done >= arguments.queries:
                break
            made = [round_.query(i) for i in range(first, min(first + BATCH, first + arguments.queries - done))]
            texts = [tree.text() for tree, _ in made]
            for offset, answer in enumerate(round_.tarn.run(texts)):
                tree, is_ordered = made[offset]
                verdict = compare.judge(texts[offset], is_ordered, answer, round_.duck.run(texts[offset]), rules,
                                        round_.duck)
                counts[verdict[0]] += 1
                both_fail += verdict[1] == "both fail"
                if verdict[0] == "explained":
                    explained[verdict[1]] += 1
                elif verdict[0] != "same":
                    seen[signature(verdict)] += 1
                    # The first ones of each sort are made small and printed.
                    if seen[signature(verdict)] <= arguments.show:
                        report(round_, first + offset, tree, is_ordered, verdict, rules)
            done += len(made)
    for (kind, line), times in seen.most_common():
        print(f"{times:6} {kind}: {line}")
    seconds = time.monotonic() - start
    print(f"{done} queries, {counts['different']} unexplained differences, {counts['crash']} crashes, "
          f"{counts['explained']} explained by {dict(explained)}; "
          f"{both_fail} fail in both; {done / seconds:.0f} queries a second")
    return 0 if counts["different"] + counts["crash"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())

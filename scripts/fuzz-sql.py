"""Compares Tarn's answers to random queries with DuckDB's; see fuzz-sql for the usage."""

import argparse
import collections
import multiprocessing
import multiprocessing.connection
import pathlib
import re
import resource
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

    def judge(self, tree, is_ordered, rules, answer=None):
        answer = answer or self.tarn.run([tree.text()])[0]
        return compare.Judge(self.tarn, self.duck, rules).verdict(tree, is_ordered, answer)


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
    lines = [f"\n--- case {round_.seed}:{index}: {kind}: {what}"]

    def still_fails(tree):
        return signature(round_.judge(tree, is_ordered, rules)) == signature(verdict)

    nodes.shrink(tree, still_fails, 400)
    lines.append(f"    smaller: {round_.judge(tree, is_ordered, rules)[1]}")
    lines.append(f"    {tree.text()};")
    print("\n".join(lines), flush=True)


def rerun(arguments, rules, folder):
    *seed, number, index = arguments.rerun.split(":")
    round_ = Round(arguments.tarn, ":".join(seed), int(number), folder, arguments.option)
    tree, is_ordered = round_.query(int(index))
    print("\n".join(f"{s};" for s in round_.statements))
    print(f"\n{tree.text()};\n")
    tarn = round_.tarn.run([tree.text()])[0]
    print(f"tarn: {tarn}\nduckdb: {round_.duck.run(tree.text())}")
    verdict = round_.judge(tree, is_ordered, rules)
    if verdict[0] not in ("same", "explained"):
        report(round_, int(index), tree, is_ordered, verdict, rules)
        return 1
    print(f"{verdict[0]} {verdict[1]}")
    return 0


def run_round(arguments, number, first, count, folder, tell):
    """Judges a round's queries from `first` on; tells (index, verdict, signature) before each, with None, and after."""
    rules = compare.load_rules(HERE / "differences.json")
    seen = collections.Counter()
    round_ = Round(arguments.tarn, arguments.seed, number, folder, arguments.option)
    for start in range(first, count, BATCH):
        made = [round_.query(i) for i in range(start, min(start + BATCH, count))]
        for offset, answer in enumerate(round_.tarn.run([tree.text() for tree, _ in made])):
            tree, is_ordered = made[offset]
            tell((start + offset, None, None))
            verdict = round_.judge(tree, is_ordered, rules, answer)
            tell((start + offset, verdict, signature(verdict)))
            if verdict[0] not in ("same", "explained"):
                seen[signature(verdict)] += 1
                # The first ones of each sort are made small and printed.
                if seen[signature(verdict)] <= arguments.show:
                    report(round_, start + offset, tree, is_ordered, verdict, rules)


class RoundApart:
    """A round in a process of its own: where DuckDB takes it with it, another goes on behind that query.

    `totals` counts verdicts, rules, and sorts of faults.
    """

    def __init__(self, arguments, number, count, folder):
        self.arguments, self.number, self.count, self.folder = arguments, number, count, folder
        self.totals = [collections.Counter() for _ in range(3)]
        self.first, self.at = 0, -1
        self.start()

    def start(self):
        self.outcomes, theirs = multiprocessing.Pipe(duplex=False)
        self.inner = tempfile.TemporaryDirectory(dir=self.folder)
        self.process = multiprocessing.get_context("fork").Process(
            target=run_round,
            args=(self.arguments, self.number, self.first, self.count, self.inner.name, theirs.send))
        self.process.start()
        theirs.close()

    def take(self):
        """Takes what the process told next; whether the round is over."""
        counts, explained, seen = self.totals
        try:
            self.at, verdict, sort = self.outcomes.recv()
        except EOFError:
            return self.end()
        if verdict is not None:
            self.first = self.at + 1
            counts[verdict[0]] += 1
            counts["both fail"] += verdict[1] == "both fail"
            if verdict[0] == "explained":
                explained[verdict[1]] += 1
            elif verdict[0] != "same":
                seen[sort] += 1
        return False

    def end(self):
        self.process.join()
        self.outcomes.close()
        self.inner.cleanup()
        code = self.process.exitcode
        if code > 0:
            raise SystemExit(f"fuzz-sql: round {self.number} ended with {code}")
        if code < 0 and self.at == self.first:
            print(f"\n--- case {self.arguments.seed}:{self.number}:{self.at}: signal {-code} in DuckDB", flush=True)
            self.totals[0]["duckdb crash"] += 1
            self.first += 1
        if code < 0 and self.first < self.count:
            self.start()
            return False
        return True


def rounds(arguments, folder):
    """Runs the rounds, `jobs` at once; gives each that is over."""
    waiting = [(number, min(ROUND, arguments.queries - ROUND * number))
               for number in reversed(range((arguments.queries + ROUND - 1) // ROUND))]
    running = []
    while waiting or running:
        while waiting and len(running) < arguments.jobs:
            running.append(RoundApart(arguments, *waiting.pop(), folder))
        ready = multiprocessing.connection.wait([r.outcomes for r in running])
        for one in [r for r in running if r.outcomes in ready]:
            if one.take():
                running.remove(one)
                yield one


def fuzz(arguments, folder):
    totals = [collections.Counter() for _ in range(3)]
    start = time.monotonic()
    for done, one in enumerate(rounds(arguments, folder)):
        for total, more in zip(totals, one.totals):
            total.update(more)
        if (done + 1) % 20 == 0:
            print(f"… {ROUND * (done + 1)} queries, {totals[0]['different']} unexplained, "
                  f"{time.monotonic() - start:.0f} s", flush=True)
    counts, explained, seen = totals
    for (kind, line), times in seen.most_common():
        print(f"{times:6} {kind}: {line}")
    for name, times in explained.most_common():
        print(f"{times:6} explained: {name}")
    seconds = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"seed {arguments.seed}: {arguments.queries} queries, {counts['different']} unexplained differences, "
          f"{counts['crash']} crashes, {counts['explained']} explained, {counts['both fail']} fail in both, "
          f"{counts['duckdb crash']} crash DuckDB; {arguments.queries / seconds:.1f} queries a second, "
          f"{arguments.queries / (used.ru_utime + used.ru_stime):.1f} a second of processor time")
    return 0 if counts["different"] + counts["crash"] == 0 else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tarn")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--threads", type=int, default=2, help="threads of each tarn")
    parser.add_argument("--jobs", type=int, default=1, help="rounds that run at once")
    parser.add_argument("--rerun", help="a case as printed, SEED:ROUND:INDEX")
    parser.add_argument("--show", type=int, default=2, help="how many differences of one sort are made small")
    parser.add_argument("--option", action="append", default=[], help="an option for tarn")
    arguments = parser.parse_args()
    arguments.option = [f"--threads={arguments.threads}", *arguments.option]
    rules = compare.load_rules(HERE / "differences.json")
    with tempfile.TemporaryDirectory() as folder:
        if arguments.rerun:
            return rerun(arguments, rules, folder)
        return fuzz(arguments, folder)


if __name__ == "__main__":
    sys.exit(main())

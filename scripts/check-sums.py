"""One result for aggregates of doubles, and its cost; see check-sums for the usage."""

import argparse
import json
import math
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile

GROUPS, ROWS, RUNS = 6, 60_000, 200
AGGREGATES = ["sum(x)", "avg(x)", "var_samp(x)", "var_pop(x)", "stddev_samp(x)", "stddev_pop(x)", "corr(x, y)",
              "covar_samp(x, y)", "covar_pop(x, y)", "median(x)", "quantile_cont(x, 0.01)", "quantile_cont(x, 0.9)"]


def tarn(arguments, lake, text, *options):
    done = subprocess.run([arguments.tarn, "query", "--lake", str(lake), "--quiet", "--format", "ndjson", *options],
                          input=text, text=True, capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"check-sums: {text[:200]}: {done.stderr}")
    return done.stdout


def make(arguments, folder, name, rows, files):
    """A lake whose table has the rows in that order, in so many files."""
    lake = folder / name
    subprocess.run([arguments.tarn, "init", "--lake", str(lake), "--quiet"], check=True, capture_output=True)
    tarn(arguments, lake, "CREATE SCHEMA s; CREATE TABLE s.t (g INT, x DOUBLE, y DOUBLE);")
    step = -(-len(rows) // files)
    for start in range(0, len(rows), step):
        part = folder / "part.ndjson"
        part.write_text("".join(json.dumps({"g": g, "x": repr(x), "y": repr(y)}) + "\n"
                                for g, x, y in rows[start:start + step]))
        tarn(arguments, lake, f"INSERT INTO s.t SELECT CAST(g AS INT), CAST(x AS DOUBLE), CAST(y AS DOUBLE) "
                              f"FROM '{part}';")
    return lake


def check(arguments):
    import numpy

    rng = random.Random(arguments.seed)
    rows = []
    for _ in range(ROWS):
        scale = 10.0 ** rng.choice([0, 0, 0, 2, 5, -5, 12, -12])
        rows.append((rng.randrange(GROUPS), rng.uniform(-1, 1) * scale, rng.gauss(0, 100)))
    query = (f"SELECT g, {', '.join(f'{a} AS a{i}' for i, a in enumerate(AGGREGATES))} FROM s.t "
             "GROUP BY ROLLUP (g) ORDER BY g;")
    answers, runs = set(), 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        lakes = [make(arguments, folder, "ordered", rows, 12)]
        for shuffled, files in (("shuffled", 5), ("again", 1)):
            rng.shuffle(rows)
            lakes.append(make(arguments, folder, shuffled, rows, files))
        for layout in ["as loaded", "after OPTIMIZE"]:
            if layout == "after OPTIMIZE":
                for lake in lakes:
                    tarn(arguments, lake, "OPTIMIZE s.t;")
            for _ in range(RUNS // 24 + 1):
                for lake in lakes:
                    for threads in (1, 2, 4, 8):
                        answers.add(tarn(arguments, lake, query, "--threads", str(threads)))
                        runs += 1
            print(f"{layout}: {runs} runs so far, {len(answers)} answer(s)", flush=True)
    faults = 0
    for line in sorted(answers)[0].splitlines():
        row = list(json.loads(line).values())
        own = [x for g, x, _ in rows if row[0] is None or g == row[0]]
        wanted = {1: math.fsum(own), 2: math.fsum(own) / len(own), 10: float(numpy.quantile(own, 0.5)),
                  11: float(numpy.quantile(own, 0.01)), 12: float(numpy.quantile(own, 0.9))}
        for place, value in wanted.items():
            if row[place] != value:
                faults += 1
                print(f"group {row[0]}: {AGGREGATES[place - 1]} is {row[place]!r}, expected {value!r}")
        variance = float(numpy.var(numpy.array(own, dtype=numpy.longdouble), ddof=1))
        if not math.isclose(row[3], variance, rel_tol=1e-12):
            faults += 1
            print(f"group {row[0]}: var_samp is {row[3]!r}, expected about {variance!r}")
    print(f"{runs} runs, {len(answers)} answer(s), {faults} differences from math.fsum and numpy")
    return 0 if len(answers) == 1 and faults == 0 else 1


def cpu(binary, lake, text, threads):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([binary, "query", "--lake", lake, "--quiet", "--threads", str(threads)], input=text,
                          text=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"check-sums: {text[:200]}: {done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cost(arguments):
    """The least processor time of interleaved runs, exact beside plain."""
    ratios = []
    for path in sorted(pathlib.Path(arguments.queries).glob("*.sql")):
        text = path.read_text().strip().rstrip(";") + ";"
        exact, plain = [], []
        for _ in range(arguments.reps):
            exact.append(cpu(arguments.tarn, arguments.lake, text, arguments.threads))
            plain.append(cpu(arguments.plain, arguments.lake, text, arguments.threads))
        ratios.append(min(exact) / min(plain))
        print(f"{path.stem:12} exact {min(exact):7.3f} s  plain {min(plain):7.3f} s  {ratios[-1]:5.2f}", flush=True)
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"geometric mean of {len(ratios)} cold queries: {mean:.3f} x plain addition")
    if arguments.warm:
        text, times = arguments.warm.rstrip(";") + ";\n", 10
        found = {}
        for name, binary in (("exact", arguments.tarn), ("plain", arguments.plain)):
            found[name] = min((cpu(binary, arguments.lake, text * (times + 1), 1)
                               - cpu(binary, arguments.lake, text, 1)) / times for _ in range(arguments.reps))
        print(f"warm scan: exact {found['exact'] * 1e3:.1f} ms, plain {found['plain'] * 1e3:.1f} ms, "
              f"{found['exact'] / found['plain']:.2f} x")
    return 0


def share(arguments, text):
    """The part of the processor time that is spent in exact sums, as `perf` samples it."""
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/perf.data"
        subprocess.run(["perf", "record", "-q", "-F", "999", "-e", "cpu-clock", "-o", data, arguments.tarn, "query",
                        "--lake", arguments.lake, "--quiet", "--threads", str(arguments.threads)],
                       input=text, text=True, check=True, capture_output=True)
        report = subprocess.run(["perf", "report", "-i", data, "--stdio", "-q", "--percent-limit", "0",
                                 "--no-children", "-F", "overhead,sym"], text=True, check=True, capture_output=True)
    found = re.findall(r"^\s*([\d.]+)%.*(?:ck_exact|ExactSums|FloatSumAccumulator|FullSum)", report.stdout, re.M)
    return sum(map(float, found)) / 100


def bound(arguments):
    """What exactness costs at most: plain addition in no time at all would leave the rest."""
    ratios = []
    for path in sorted(pathlib.Path(arguments.queries).glob("*.sql")):
        part = share(arguments, path.read_text().strip().rstrip(";") + ";\n")
        ratios.append(1 / (1 - part))
        print(f"{path.stem:12} {100 * part:5.1f} % in sums, at most {ratios[-1]:.3f} x plain addition", flush=True)
    if ratios:
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        print(f"geometric mean of {len(ratios)} cold queries: at most {mean:.3f} x plain addition")
    if arguments.warm:
        part = share(arguments, (arguments.warm.rstrip(";") + ";\n") * 41)
        print(f"warm scan: {100 * part:.1f} % in sums, at most {1 / (1 - part):.2f} x plain addition")
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tarn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain")
    parser.add_argument("--bound", action="store_true")
    parser.add_argument("--lake")
    parser.add_argument("--queries")
    parser.add_argument("--warm")
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.bound:
        return bound(arguments)
    return cost(arguments) if arguments.plain else check(arguments)


if __name__ == "__main__":
    sys.exit(main())

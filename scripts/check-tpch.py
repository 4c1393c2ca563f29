"""The 22 queries of TPC-H, Tarn beside DuckDB; see check-tpch for the usage."""

import argparse
import decimal
import json
import math
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import duckdb
import duckdb_extension_tpch

TABLES = ["region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem"]


class Number(str):
    """A JSON number with a point, as written."""


def generator():
    connection = duckdb.connect(config={"allow_unsigned_extensions": True})
    (extension,) = pathlib.Path(duckdb_extension_tpch.__file__).parent.glob("extensions/**/tpch.duckdb_extension")
    connection.execute(f"LOAD '{extension}'")
    return connection


def prepare(folder, scale, tarn):
    """Parquet files, and a lake with tables of their rows."""
    data, lake = folder / "parquet", folder / "lake"
    if not (folder / "ready").exists():
        print(f"check-tpch: generating scale factor {scale}", flush=True)
        data.mkdir(parents=True, exist_ok=True)
        connection = generator()
        connection.execute(f"CALL dbgen(sf = {scale})")
        for table in TABLES:
            connection.execute(f"COPY {table} TO '{data}/{table}.parquet' (FORMAT parquet, COMPRESSION zstd)")
        subprocess.run([tarn, "init", "--lake", str(lake), "--quiet"], check=True, capture_output=True)
        text = "CREATE SCHEMA h;\n" + "".join(
            f"CREATE TABLE h.{t} AS SELECT * FROM '{data}/{t}.parquet';\n" for t in TABLES)
        subprocess.run([tarn, "query", "--lake", str(lake), "--quiet"], input=text, text=True, check=True,
                       capture_output=True)
        (folder / "ready").touch()
    return data, lake


def run_tarn(tarn, lake, query, options):
    """(rows or error text, CPU seconds, wall seconds, peak MB)."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.Popen([tarn, "query", "--lake", str(lake), "--quiet", "--format", "ndjson", *options],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = done.communicate(query)
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if done.returncode != 0:
        return f"exit {done.returncode}: {err.strip()}", cpu, wall
    rows = [list(json.loads(line, parse_float=Number).values()) for line in out.splitlines()]
    return rows, cpu, wall


def run_duck(connection, query):
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    rows = connection.execute(query).fetchall()
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_SELF)
    return rows, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def same(tarn, duck):
    """Exact, but for a double of DuckDB, which Tarn may give as a decimal of its rule's scale."""
    if isinstance(duck, float):
        if not isinstance(tarn, Number):
            return False
        places = len(tarn.partition(".")[2])
        return abs(float(tarn) - duck) <= max(1e-9 * abs(duck), 0.5 * 10.0 ** -places)
    if isinstance(duck, decimal.Decimal):
        return isinstance(tarn, (Number, int)) and decimal.Decimal(tarn) == duck
    if duck is None or isinstance(duck, (int, str)):
        return tarn == duck and type(tarn) is type(duck)
    return tarn == str(duck)


def key(row):
    return [f"{float(v):.4f}" if isinstance(v, (Number, float, decimal.Decimal, int)) else str(v) for v in row]


def difference(tarn, duck):
    if isinstance(tarn, str):
        return tarn
    if len(tarn) != len(duck):
        return f"{len(tarn)} rows, DuckDB {len(duck)}"
    for mine, theirs in zip(sorted(tarn, key=key), sorted(duck, key=key)):
        if len(mine) != len(theirs) or not all(map(same, mine, theirs)):
            return f"row {mine}, DuckDB {theirs}"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tarn")
    parser.add_argument("scale", nargs="?", default="0.1")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--only", help="numbers of queries, with commas")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--memory-limit")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data, lake = prepare(arguments.keep or pathlib.Path(folder), arguments.scale, arguments.tarn)
        return compare(arguments, data, lake)


def compare(arguments, data, lake):
    connection = duckdb.connect(config={"threads": int(arguments.threads)})
    for table in TABLES:
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{data}/{table}.parquet'")
    queries = generator().execute("SELECT query_nr, query FROM tpch_queries() ORDER BY 1").fetchall()
    options = ["--threads", arguments.threads]
    if arguments.memory_limit:
        options += ["--memory-limit", arguments.memory_limit]
    only = arguments.only and {int(n) for n in arguments.only.split(",")}
    wrong, ratios = 0, []
    print("query    rows  tarn cpu   wall  duckdb cpu   wall  cpu ratio", flush=True)
    for number, query in queries:
        if only and number not in only:
            continue
        expected, duck_cpu, duck_wall = run_duck(connection, query)
        found, cpu, wall = run_tarn(arguments.tarn, lake, query, options)
        fault = difference(found, expected)
        ratios.append(cpu / max(duck_cpu, 1e-3))
        print(f"q{number:02}   {len(expected):6}  {cpu:8.2f} {wall:6.2f}  {duck_cpu:10.2f} {duck_wall:6.2f}"
              f"  {ratios[-1]:9.2f}  {'ok' if fault is None else 'DIFFERENT: ' + fault[:400]}", flush=True)
        wrong += fault is not None
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"TPC-H scale factor {arguments.scale}: {len(ratios)} queries, {wrong} different; "
          f"CPU {mean:.2f} x DuckDB (geometric mean)")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

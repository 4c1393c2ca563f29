"""Writing beside other engines; see Benchmarks/write. Used by no part of the product."""
import argparse, glob, os, resource, shutil, statistics, subprocess, sys, time

COLUMNS = (
    "trade_id desk book legal_entity counterparty product asset_class currency country maturity_date "
    "notional market_value pv delta gamma vega dv01 collateral is_cleared rating"
).split()
DECIMALS = ["notional", "market_value", "collateral"]
LEVEL = 1  # what Tarn writes with

READ = """
import sys, pyarrow as pa, pyarrow.parquet as pq
pa.set_cpu_count({threads}); pa.set_io_thread_count({threads})
t = pq.read_table({source!r}, columns={columns!r}, read_dictionary={dictionary!r})
"""
WRITE = READ + """
pq.write_table(t, {target!r}, compression='zstd', compression_level={level}, row_group_size=131072,
               write_page_index=True, store_decimal_as_integer=True)
"""
SOURCE = """
import pyarrow as pa, pyarrow.parquet as pq
table = pa.concat_tables(pq.read_table(f, columns={columns!r}, partitioning=None) for f in {files!r})
# Not compressed, so that reading costs everybody little.
pq.write_table(table, {source!r}, compression='none', row_group_size=131072, store_decimal_as_integer=True)
"""
POLARS = """
import os; os.environ['POLARS_MAX_THREADS'] = '{threads}'
import polars as pl
d = pl.Decimal(18, 2)
f = pl.scan_csv({csv!r}, try_parse_dates=True, schema_overrides={{k: d for k in {decimals}}})
f.sink_parquet({target!r}, compression='zstd', compression_level={level}, row_group_size=131072)
"""
DELTA = """
import pyarrow as pa, pyarrow.csv as pc
from deltalake import write_deltalake, WriterProperties
pa.set_cpu_count({threads})
d = pa.decimal128(18, 2)
t = pc.read_csv({csv!r}, convert_options=pc.ConvertOptions(column_types={{k: d for k in {decimals}}}))
write_deltalake({target!r}, t, writer_properties=WriterProperties(compression='ZSTD', compression_level={level}))
"""
APPEND = """
import pyarrow.parquet as pq
from deltalake import write_deltalake, WriterProperties
write_deltalake({target!r}, pq.read_table({source!r}, partitioning=None), mode='append',
                writer_properties=WriterProperties(compression='ZSTD', compression_level=3))
"""
# The best of several scans in one process, in milliseconds of processor time; the start is not counted.
SCAN = """
import os; os.environ['POLARS_MAX_THREADS'] = '{threads}'
import resource
def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
{body}
best = 1e9
for _ in range({scans}):
    start = cpu(); scan(); best = min(best, cpu() - start)
print(best * 1000)
"""
DUCKDB = """
import duckdb
c = duckdb.connect(config={{'threads': {threads}}})
def scan():
    c.execute("select sum(market_value), sum(pv), sum(dv01) from read_parquet({files!r})").fetchall()
"""
POLARS_SCAN = """
import polars as pl
def scan():
    pl.scan_parquet({files!r}).select(pl.sum('market_value', 'pv', 'dv01')).collect()
"""


def run(command):
    """Seconds of wall and processor time, MiB at most."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        sys.exit(f"{command[:3]} failed: {process.stderr.read().decode()[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def size(path):
    if os.path.isfile(path):
        return os.path.getsize(path) / 1e6
    return sum(os.path.getsize(f) for f in glob.glob(path + "/**/*.parquet", recursive=True)) / 1e6


class Bench:
    def __init__(self, a):
        self.a = a
        self.tables = []

    def python(self, text, **values):
        return [sys.executable, "-c", text.format(threads=self.a.threads, level=LEVEL, decimals=DECIMALS, **values)]

    def tarn(self, *arguments):
        return [self.a.tarn, "--threads", str(self.a.threads), *arguments]

    def measure(self, title, cases, clean):
        """Interleaves the cases; cases: name -> (command, output or None)."""
        seen = {name: [] for name in cases}
        for _ in range(self.a.reps):
            for name, (command, output) in cases.items():
                clean(name, output)
                seen[name].append(run(command))
        print(f"\n{title}\n\n| | processor time | wall | peak memory | size |\n| --- | ---: | ---: | ---: | ---: |")
        result = {}
        for name, (_, output) in cases.items():
            wall, cpu, memory = (statistics.median(column) for column in zip(*seen[name]))
            result[name] = cpu
            volume = f"{size(output):.1f} MB" if output else ""
            print(f"| {name} | {cpu:.2f} s | {wall:.2f} s | {memory:.0f} MiB | {volume} |")
        return result

    def parquet(self):
        scratch = self.a.scratch
        source = os.path.join(scratch, "source.parquet")
        if not os.path.exists(source):
            files = sorted(glob.glob(self.a.data + "/parquet/positions/**/*.parquet", recursive=True))[:5]
            # In a process of its own: a child counts its parent's memory as its own.
            run(self.python(SOURCE, files=files, columns=COLUMNS, source=source))
        texts = [c for c in COLUMNS if c not in DECIMALS + ["maturity_date", "pv", "delta", "gamma", "vega", "dv01", "is_cleared"]]
        own, plain, coded = (os.path.join(scratch, n) for n in ("tarn.parquet", "plain.parquet", "coded.parquet"))
        query = f"COPY (SELECT {', '.join(COLUMNS)} FROM '{source}') TO '{own}'"
        values = dict(source=source, columns=COLUMNS)
        cpu = self.measure(
            "Parquet to Parquet, zstd level 1", {
                "Tarn, read and write": (self.tarn("-c", query), own),
                "pyarrow, read": (self.python(READ, dictionary=[], **values), None),
                "pyarrow, read and write": (self.python(WRITE, dictionary=[], target=plain, **values), plain),
                "pyarrow, read, text coded": (self.python(READ, dictionary=texts, **values), None),
                "pyarrow, read and write, text coded": (self.python(WRITE, dictionary=texts, target=coded, **values), coded),
            }, lambda _, output: output and os.path.exists(output) and os.remove(output))
        plain_write = cpu["pyarrow, read and write"] - cpu["pyarrow, read"]
        coded_write = cpu["pyarrow, read and write, text coded"] - cpu["pyarrow, read, text coded"]
        print(f"\npyarrow's writing alone: {plain_write:.2f} s, of coded text {coded_write:.2f} s; "
              f"Tarn's with reading {cpu['Tarn, read and write']:.2f} s")

    def csv(self):
        csv = sorted(glob.glob(self.a.data + "/csv/positions/**/*.csv", recursive=True))[0]
        lake, bare, delta = (os.path.join(self.a.scratch, n) for n in ("csv-lake", "csv.parquet", "csv-delta"))

        def clean(name, output):
            if output and os.path.isdir(output):
                shutil.rmtree(output)
            elif output and os.path.exists(output):
                os.remove(output)
            if name.startswith("Tarn"):
                run(self.tarn("init", "--lake", lake))
                run(self.tarn("--lake", lake, "-f", self.a.schema))

        print(f"\nCSV of {os.path.getsize(csv) / 1e6:.0f} MB")
        self.measure("CSV to a table", {
            "Tarn, Delta table, committed and durable": (
                self.tarn("--lake", lake, "-c", f"COPY silver.positions FROM '{csv}'"), lake),
            "polars, bare Parquet": (self.python(POLARS, csv=csv, target=bare), bare),
            "pyarrow and deltalake, Delta table": (self.python(DELTA, csv=csv, target=delta), delta),
        }, clean)

    def layout(self):
        scratch = self.a.scratch
        lake, delta = os.path.join(scratch, "layout-lake"), os.path.join(scratch, "layout-delta")
        sources = sorted(glob.glob(self.a.data + "/parquet/positions/**/*.parquet", recursive=True))[:5]
        if not os.path.exists(lake):
            run(self.tarn("init", "--lake", lake))
            run(self.tarn("--lake", lake, "-f", self.a.schema))
            for file in sources:
                day = file.split("as_of_date=")[1][:10]
                run(self.tarn("--lake", lake, "-c", "INSERT INTO silver.positions "
                              f"SELECT DATE '{day}' AS as_of_date, * FROM '{file}'"))
        if not os.path.exists(delta):
            for file in sources:
                run(self.python(APPEND, source=file, target=delta))
        engines = {"DuckDB": DUCKDB, "Polars": POLARS_SCAN}
        best = {}
        for name, folder in (("Tarn", lake + "/tables/silver/positions"), ("delta-rs", delta)):
            files = [f for f in sorted(glob.glob(folder + "/*.parquet"))]
            import pyarrow.parquet as pq
            rows = sum(pq.ParquetFile(f).metadata.num_rows for f in files)
            print(f"files of {name}: {rows} rows, {size(folder) / (rows / 1e6):.1f} MB a million")
            for engine, body in engines.items():
                body = body.format(threads=self.a.threads, files=files)
                best[engine, name] = min(
                    float(subprocess.check_output(self.python(SCAN, body=body, scans=5))) for _ in range(self.a.reps))
        print("\nQ13, sums of three columns over all rows\n\n| | files of Tarn | files of delta-rs | ratio |")
        print("| --- | ---: | ---: | ---: |")
        for engine in engines:
            own, other = best[engine, "Tarn"], best[engine, "delta-rs"]
            print(f"| {engine} | {own:.0f} ms | {other:.0f} ms | {other / own:.2f} |")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--scratch", "--tarn", "--schema"):
        parser.add_argument(name, required=True)
    parser.add_argument("--reps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default="parquet,csv,layout")
    a = parser.parse_args()
    os.makedirs(a.scratch, exist_ok=True)
    bench = Bench(a)
    for section in a.only.split(","):
        getattr(bench, section)()


main()

"""See Benchmarks/shell."""

import argparse
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

TARN = os.path.abspath(os.environ.get("TARN", ".build/release/tarn"))
READY = b"\x1b[?2004h"


class Shell:
    """The program on a terminal of its own."""

    def __init__(self, arguments, width=120, height=50, environment=()):
        self.started = time.perf_counter()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            env = {"TERM": "xterm-256color", "PATH": os.environ["PATH"], "TMPDIR": "/tmp"}
            env.update(dict(environment))
            os.execve(TARN, [TARN] + arguments, env)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        self.seen = b""

    def until(self, text, seconds=120):
        """Reads until the text has come since the last call."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            if not select.select([self.master], [], [], max(0, end - time.monotonic()))[0]:
                raise SystemExit(f"no {text!r} within {seconds} s; found {self.seen[-500:]!r}")
            self.seen += os.read(self.master, 1 << 16)
        self.seen = self.seen[self.seen.index(text) + len(text):]

    def quiet(self, seconds=0.2):
        """Reads until nothing comes any more."""
        while select.select([self.master], [], [], seconds)[0]:
            self.seen = os.read(self.master, 1 << 16)
        self.seen = b""

    def type(self, data):
        while data:
            ready = select.select([self.master], [self.master], [])
            if ready[0]:
                self.seen += os.read(self.master, 1 << 16)
            if ready[1]:
                data = data[os.write(self.master, data[:1024]):]

    def processor(self):
        """Nanoseconds that the main thread was on a processor."""
        with open(f"/proc/{self.pid}/schedstat") as file:
            return int(file.read().split()[0])

    def peak(self):
        """Bytes that the program held at most."""
        with open(f"/proc/{self.pid}/status") as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) * 1024

    def answered(self, key):
        """Types a key; seconds and processor seconds until the screen was drawn."""
        before, start = self.processor(), time.perf_counter()
        os.write(self.master, key)
        select.select([self.master], [], [], 10)
        os.read(self.master, 1 << 16)
        wall = time.perf_counter() - start
        # A drawing is one write; what is left of it is there at once.
        while select.select([self.master], [], [], 0.002)[0]:
            os.read(self.master, 1 << 16)
            wall = time.perf_counter() - start
        return wall, (self.processor() - before) / 1e9

    def close(self):
        os.kill(self.pid, signal.SIGTERM)
        _, _, usage = os.wait4(self.pid, 0)
        os.close(self.master)
        return usage


def told(name, samples, limit):
    """Median and 99th percentile in milliseconds, wall and processor."""
    walls = sorted(wall for wall, _ in samples)
    processors = sorted(processor for _, processor in samples)
    last = min(len(samples) - 1, round(len(samples) * 0.99))
    print(f"{name}: wall median {statistics.median(walls) * 1e3:.2f} ms, 99th percentile "
          f"{walls[last] * 1e3:.2f} ms (limit {limit} ms); processor median "
          f"{statistics.median(processors) * 1e3:.2f} ms, 99th percentile "
          f"{processors[last] * 1e3:.2f} ms, {len(samples)} times", flush=True)


def small_lake(work):
    lake = os.path.join(work, "small")
    if not os.path.exists(lake):
        run(["init", "--lake", lake])
        run(["--lake", lake, "-c", "CREATE TABLE s.t (desk STRING, value DECIMAL(18,2))"])
    return lake


def run(arguments, **options):
    subprocess.run([TARN, "-q"] + arguments, check=True, stderr=subprocess.DEVNULL, **options)


def prompt(work, _):
    lake = small_lake(work)
    samples = []
    for _ in range(100):
        shell = Shell(["--lake", lake])
        shell.until(READY)
        shell.until(b"small> ")
        wall = time.perf_counter() - shell.started
        usage = shell.close()
        samples.append((wall, usage.ru_utime + usage.ru_stime))
    told("first prompt", samples, 15)


def keys(work, _):
    line = "  SUM(CASE WHEN desk = 'FX_LDN' THEN value END) AS value, -- note"
    shell = Shell(["--lake", small_lake(work)])
    shell.until(READY)
    shell.type(b"\x1b[200~" + "\n".join([line] * 200).encode() + b"\x1b[201~")
    shell.quiet()
    samples = []
    for number in range(500):
        key = [b"x", b"(", b"'", b"\x7f", b"\x1b[A"][number % 5]
        samples.append(shell.answered(key))
    shell.close()
    told("a key in a statement of 200 lines", samples, 5)


def tab(work, _):
    lake = os.path.join(work, "wide")
    columns = ", ".join(f"column_{number} DOUBLE" for number in range(200))
    statements = os.path.join(work, "wide.sql")
    with open(statements, "w") as file:
        for number in range(1000):
            file.write(f"CREATE TABLE s.table_{number} ({columns});\n")
    run(["init", "--lake", lake])
    run(["--lake", lake, "-f", statements], stdout=subprocess.DEVNULL)
    first, later, tables = [], [], []
    for _ in range(20):
        shell = Shell(["--lake", lake])
        shell.until(READY)
        shell.type(b"SELECT  FROM s.table_7 a JOIN s.table_8 b ON a.column_1 = b.column_1"
                   + b"\x1b[D" * 61)
        shell.quiet()
        shell.type(b"colu")
        shell.quiet()
        first.append(shell.answered(b"\t"))
        for _ in range(10):
            shell.type(b"\x07\x7f\x7f\x7f")
            shell.quiet(0.02)
            later.append(shell.answered(b"\t"))
        shell.type(b"\x03")
        shell.until(READY)
        shell.type(b"SELECT * FROM s.tab")
        shell.quiet(0.02)
        tables.append(shell.answered(b"\t"))
        shell.close()
    told("the first Tab, over 1,000 tables of 200 columns", first, 20)
    told("later Tabs", later, 20)
    told("Tab for a table", tables, 20)


def scroll(work, options):
    if not options.lake:
        return print("scroll: no --lake named")
    pager = os.path.join(work, "pager")
    with open(pager, "w") as file:
        # Shows a page, waits until it is told to end, and reads no more.
        file.write("#!/bin/sh\nhead -n 60\nread -r _ </dev/tty\n")
    os.chmod(pager, 0o755)
    for name in ["a pager that reads a page", "less, a thousand pages down"]:
        extra = {"TARN_PAGER": pager} if name.startswith("a pager") else {}
        shell = Shell(["--lake", options.lake, "--no-color"], environment=extra)
        shell.until(READY)
        shell.type(f"SELECT * FROM {options.table} LIMIT 1;\r".encode())
        shell.until(READY)
        # The statement that .last runs again is the whole table.
        shell.type(f"SELECT * FROM {options.table}; | head -n 1\r".encode())
        shell.until(READY)
        before = shell.peak()
        start = time.perf_counter()
        shell.type(b".last\r")
        shell.until("├".encode())
        shown = time.perf_counter() - start
        if extra:
            time.sleep(1)
            shell.type(b"\r")
        else:
            shell.quiet()
            shell.type(b"1000\x06")
            time.sleep(3)
            shell.type(b"q")
        shell.until(READY)
        print(f"{name}: rows on the screen after {shown * 1e3:.0f} ms, "
              f"at most {shell.peak() / 1e6:.0f} MB held ({before / 1e6:.0f} MB before)", flush=True)
        shell.close()


NOTEBOOK = r"""
import json, resource, subprocess, sys, time
sys.path.insert(0, "python")
way, tarn, lake, rows, work = sys.argv[1:]
rows = int(rows)
query = "SELECT * FROM s.cube"
start, before = time.perf_counter(), time.process_time()
if way == "arrow":
    import tarn as door
    frame = door.Lake(lake, program=tarn).pandas(query)
elif way == "csv":
    import io, pandas
    text = subprocess.run([tarn, "--lake", lake, "-q", "-c", query, "--format", "csv"],
                          check=True, stdout=subprocess.PIPE).stdout
    frame = pandas.read_csv(io.BytesIO(text))
else:
    import duckdb
    connection = duckdb.connect(work + "/cube.duckdb", read_only=True)
    connection.execute("SET threads=2")
    frame = connection.execute("SELECT * FROM cube").df()
wall = time.perf_counter() - start
children = resource.getrusage(resource.RUSAGE_CHILDREN)
own = time.process_time() - before
assert len(frame) == rows, len(frame)
print(json.dumps({"wall": wall, "own": own, "tarn": children.ru_utime + children.ru_stime,
                  "sum": float(frame["value"].astype(float).sum()), "columns": len(frame.columns)}))
"""


def notebook(work, options):
    rows = 3_000_000
    lake = os.path.join(work, "cube")
    run(["init", "--lake", lake])
    run(["--lake", lake, "-c", f"""CREATE TABLE s.cube AS SELECT range AS id,
        'DESK_' || CAST(range % 12 AS STRING) AS desk, 'T' || CAST(range AS STRING) AS trade,
        DATE '2025-06-23' AS as_of_date, CAST(range * 0.37 - 400000 AS DOUBLE) AS value,
        range % 1000 AS book, CAST(range AS DOUBLE) / 3 AS dv01, range % 7 = 0 AS flag
        FROM range({rows})"""], stdout=subprocess.DEVNULL)
    run(["--lake", lake, "-c", f"COPY s.cube TO '{work}/cube.parquet'"], stdout=subprocess.DEVNULL)
    subprocess.run(
        [options.python, "-c", f"import duckdb; duckdb.connect('{work}/cube.duckdb').execute("
         f"\"CREATE TABLE cube AS SELECT * FROM '{work}/cube.parquet'\")"], check=True)
    sums = set()
    for way in ["arrow", "csv", "duckdb"]:
        best = None
        for _ in range(options.times):
            done = subprocess.run(
                [options.python, "-c", NOTEBOOK, way, TARN, lake, str(rows), work], check=True,
                stdout=subprocess.PIPE)
            found = json.loads(done.stdout)
            sums.add(round(found["sum"]))
            if best is None or found["wall"] < best["wall"]:
                best = found
        print(f"{rows:,} rows of {best['columns']} columns to pandas, {way}: wall {best['wall']:.2f} s, "
              f"processor {best['own']:.2f} s in Python and {best['tarn']:.2f} s in tarn "
              f"(best of {options.times}, imports included)", flush=True)
    if len(sums) != 1:
        raise SystemExit(f"the sums differ: {sums}")


def main():
    parts = {"prompt": prompt, "keys": keys, "tab": tab, "scroll": scroll, "notebook": notebook}
    parser = argparse.ArgumentParser(description="see Benchmarks/shell")
    parser.add_argument("--lake")
    parser.add_argument("--table", default="silver.positions")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--times", type=int, default=3, help="runs of each way of notebook")
    parser.add_argument("names", nargs="*", choices=list(parts) + [[]])
    options = parser.parse_args()
    work = tempfile.mkdtemp(prefix="tarn-shell-")
    try:
        for name in options.names or parts:
            parts[name](work, options)
    finally:
        shutil.rmtree(work)


main()

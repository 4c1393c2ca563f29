"""The measuring part of Benchmarks/versions: TARN WORK MEMORY ROUNDS SIZE…"""
import json, os, re, resource, shutil, statistics, subprocess, sys, time
from pathlib import Path

COMMITS = 200
median = statistics.median


def insert(i):
    return f"INSERT INTO s.t VALUES ('2025-01-{1 + i % 28:02}', {i}, {i}.5, 'r{i}');\n"


def measured(arguments, **options):
    """Wall and processor seconds of a command, and its largest memory in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    output = process.stdout.read()
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if status:
        sys.exit(f"{arguments}: {error.decode()[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.decode()


def history(tarn, memory, size):
    """A lake with one table of so many commits, one row and one file each."""
    lake = Path(memory) / f"lake{size}"
    subprocess.run([tarn, "init", "--lake", lake, "--quiet"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    script = Path(memory) / "script.sql"
    script.write_text("CREATE SCHEMA s; CREATE TABLE s.t (d DATE, id BIGINT, x DOUBLE, s VARCHAR) BUSINESS DATE d;\n"
                      + "".join(insert(i) for i in range(size)))
    wall, cpu, memory_used, _ = measured([tarn, "--lake", lake, "--quiet", "-f", script])
    print(f"{size} commits made in {wall:.1f} s ({cpu / size * 1000:.2f} ms of processor time each, "
          f"{memory_used:.0f} MB at most)", flush=True)
    return lake


def unfenced(lake, target):
    """The table as one that delta-rs may write, with a fresh checkpoint of its own."""
    shutil.copytree(lake / "tables/s/t", target, ignore=shutil.ignore_patterns("*checkpoint*", "*.crc"))
    first = target / "_delta_log" / f"{0:020}.json"
    lines = [json.loads(line) for line in first.read_text().splitlines()]
    for line in lines:
        if "protocol" in line:
            line["protocol"] = {"minReaderVersion": 1, "minWriterVersion": 2}
        if "metaData" in line:
            line["metaData"]["configuration"].pop("delta.enableInCommitTimestamps", None)
    first.write_text("".join(json.dumps(line) + "\n" for line in lines))
    subprocess.run([sys.executable, "-c", f"import deltalake; deltalake.DeltaTable({str(target)!r}).create_checkpoint()"],
                   check=True)


def syncs(tarn, lake, work):
    """Syncs a commit makes, by their number, and bytes it writes to the catalog's log."""
    copy, script, trace = Path(work) / "trace", Path(work) / "trace.sql", Path(work) / "trace.txt"
    shutil.copytree(lake, copy)
    script.write_text("".join(insert(i) for i in range(COMMITS)))
    subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=fsync,fdatasync,pwrite64", tarn, "--lake", copy,
                    "--quiet", "-f", script], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    text = trace.read_text()
    count = len(re.findall(r"\bf(?:data)?sync\(", text))
    written = sum(int(size) for size in re.findall(r"pwrite64\(.*\) += (\d+)", text))
    shutil.rmtree(copy)
    return count / COMMITS, written // COMMITS


def bare(work, wal_bytes):
    """The same writes and syncs with nothing around them: data file, catalog, two published files."""
    folder = Path(work) / "bare"
    for name in ("data", "log", "lake"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    wal = os.open(folder / "wal", os.O_WRONLY | os.O_CREAT)
    stamp = time.time_ns()

    def sync_folder(name):
        descriptor = os.open(folder / name, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def write(path, size):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.write(descriptor, b"x" * size)
        os.fsync(descriptor)
        os.close(descriptor)

    started = time.perf_counter()
    for i in range(COMMITS):
        write(folder / "data" / f"{stamp}-{i}", 1700)
        sync_folder("data")
        os.pwrite(wal, b"x" * wal_bytes, (i % 16) * wal_bytes)
        os.fdatasync(wal)
        for name in ("log", "lake"):
            write(folder / name / f".{stamp}-{i}", 1200)
            os.link(folder / name / f".{stamp}-{i}", folder / name / f"{stamp}-{i}")
            os.unlink(folder / name / f".{stamp}-{i}")
            sync_folder(name)
    os.close(wal)
    return time.perf_counter() - started


DELTA_RS = """
import sys, time, deltalake, pyarrow as pa, datetime
path, held = sys.argv[1], sys.argv[2] == 'held'
row = pa.table({'d': [datetime.date(2025, 1, 1)], 'id': pa.array([1], pa.int64()), 'x': [1.5], 's': ['r']})
started = time.perf_counter()
target = deltalake.DeltaTable(path) if held else path
for i in range(%d):
    deltalake.write_deltalake(target, row, mode='append')
print(time.perf_counter() - started)
""" % COMMITS


def commits(tarn, lake, size, work, rounds):
    count, wal_bytes = syncs(tarn, lake, work)
    ours, theirs = Path(work) / "ours", Path(work) / "theirs"
    shutil.copytree(lake, ours)
    unfenced(lake, theirs)
    os.sync()
    script = Path(work) / "commits.sql"
    script.write_text("".join(insert(i) for i in range(COMMITS)))
    times = {"bare": [], "tarn": [], "cpu": [], "held": [], "path": []}
    for _ in range(rounds):
        times["bare"].append(bare(work, wal_bytes))
        wall, cpu, _, _ = measured([tarn, "--lake", ours, "--quiet", "-f", script])
        times["tarn"].append(wall)
        times["cpu"].append(cpu)
        for kind in ("held", "path"):
            times[kind].append(float(measured([sys.executable, "-c", DELTA_RS, theirs, kind])[3].split()[-1]))
    for folder in ("ours", "theirs", "bare"):
        shutil.rmtree(Path(work) / folder)
    each = {name: median(values) / COMMITS * 1000 for name, values in times.items()}
    print(f"| {size} | {count:.2f} | {each['bare']:.2f} | {each['tarn']:.2f} | {each['tarn'] / each['bare']:.2f} | "
          f"{each['cpu']:.2f} | {each['held']:.2f} | {each['path']:.2f} |", flush=True)


PEERS = """
import sys, time, pathlib
path, version, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if kind == 'deltalake':
    import deltalake
    started, spent = time.perf_counter(), time.process_time()
    deltalake.DeltaTable(path, version=version)
else:
    import duckdb, duckdb_extension_delta
    connection = duckdb.connect()
    (extension,) = pathlib.Path(duckdb_extension_delta.__file__).parent.glob('extensions/*/**/delta.duckdb_extension')
    connection.execute(f"LOAD '{extension}'; SET enable_progress_bar = false")
    where = 'WHERE id = 7' if kind == 'point' else ''
    started, spent = time.perf_counter(), time.process_time()
    connection.execute(f"SELECT COUNT(*) FROM delta_scan('{path}', version => {version}) {where}").fetchall()
print(time.perf_counter() - started, time.process_time() - spent)
"""


def queries(tarn, lake, size, work, rounds):
    plain = Path(work) / "plain"
    shutil.copytree(lake / "tables/s/t", plain, ignore=shutil.ignore_patterns("*checkpoint*", "*.crc"))
    for label, version in (("head", size), ("half way", size // 2)):
        at = "" if version == size else f" VERSION AS OF {version}"
        own, memory = {}, 0
        for kind, where in (("count", ""), ("point", " WHERE id = 7")):
            runs = [measured([tarn, "--lake", lake, "--format", "csv", "-c", f"SELECT COUNT(*) FROM s.t{at}{where}"])
                    for _ in range(4 * rounds)]
            own[kind] = (median(r[0] for r in runs) * 1000, median(r[1] for r in runs) * 1000)
            memory = max([memory] + [r[2] for r in runs])
        for name, path in (("as Tarn writes it", lake / "tables/s/t"), ("without checkpoints", plain)):
            peers = {}
            for kind in ("deltalake", "count", "point"):
                runs = [[float(word) * 1000 for word in
                         measured([sys.executable, "-c", PEERS, path, str(version), kind])[3].split()[-2:]]
                        for _ in range(rounds)]
                peers[kind] = (median(r[0] for r in runs), median(r[1] for r in runs))
            pair = lambda times: f"{times[0]:.1f} ({times[1]:.1f})"
            ratio = lambda peer, mine: pair((peers[peer][0] / own[mine][0], peers[peer][1] / own[mine][1]))
            print(f"| {size}, {label}, {name} | {pair(own['count'])} | {pair(own['point'])} | {memory:.0f} MB | "
                  f"{pair(peers['deltalake'])} | {pair(peers['count'])} | {pair(peers['point'])} | "
                  f"{ratio('deltalake', 'count')} | {ratio('count', 'count')} | {ratio('point', 'point')} |",
                  flush=True)
    shutil.rmtree(plain)


def main():
    tarn, work, memory, rounds, *sizes = sys.argv[1:]
    tarn, rounds = os.path.abspath(tarn), int(rounds)
    lakes = {}
    for size in map(int, sizes):
        made = history(tarn, memory, size)
        lakes[size] = Path(work) / made.name
        shutil.copytree(made, lakes[size])
        shutil.rmtree(made)
    print(f"\nA commit of one row, ms, {COMMITS} of them in one process, median of {rounds}:\n")
    print("| version | syncs | bare syncs | Tarn | Tarn / bare | processor | delta-rs, table held | delta-rs, by path |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size, lake in lakes.items():
        commits(tarn, lake, size, work, rounds)
    print("\nTarn: whole process, ms wall (processor); peers: the call alone, the same, without start and import;"
          " ratios of both:\n")
    print("| table | count | point | memory | deltalake opens | DuckDB count | DuckDB point | open / count | "
          "DuckDB / count | DuckDB / point |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size, lake in lakes.items():
        if size >= 1000:
            queries(tarn, lake, size, work, rounds)


if __name__ == "__main__":
    main()

"""Open tables of scripts/check-interop: TARN. Other engines commit between Tarn's commits."""
import datetime, decimal, os, shutil, subprocess, sys, tempfile
from pathlib import Path

import deltalake
import pyarrow as pa

from interop_readers import Readers, canonical, difference, log_files, ours

SCHEMA = pa.schema([
    ("d", pa.date32()), ("id", pa.int64()), ("x", pa.float64()), ("n", pa.decimal128(18, 2)),
    ("big", pa.decimal128(38, 6)), ("t", pa.timestamp("us", "UTC")), ("s", pa.string()),
    ("b", pa.bool_()), ("i", pa.int32()), ("l", pa.list_(pa.int64())),
])
COLUMNS = ("d DATE, id BIGINT, x DOUBLE, n DECIMAL(18,2), big DECIMAL(38,6), t TIMESTAMP, s VARCHAR, "
           "b BOOLEAN, i INT, l BIGINT[]")


def rows(*ids, extra=None):
    def row(id):
        day = datetime.date(2025, 1, 1) + datetime.timedelta(days=id % 7)
        return {
            "d": day, "id": id, "x": None if id % 5 == 0 else id / 3,
            "n": decimal.Decimal(id) / 4, "big": decimal.Decimal(10) ** 20 + id,
            "t": datetime.datetime(2025, 1, 1, 0, 0, id % 60, 123456, datetime.timezone.utc),
            "s": None if id % 4 == 0 else f"ü{id}", "b": id % 2 == 0, "i": -id, "l": [id, id + 1],
        }
    table = pa.Table.from_pylist([row(id) for id in ids], schema=SCHEMA)
    if extra:
        table = table.append_column("extra", pa.array([extra] * len(ids)))
    return table


class Scene:
    def __init__(self, tarn, folder, readers):
        self.tarn, self.lake, self.readers = tarn, str(Path(folder) / "lake"), readers
        self.failures = 0
        self.run("init")
        self.sql(f"CREATE SCHEMA s; CREATE TABLE s.t ({COLUMNS}) BUSINESS DATE d OPEN")
        self.path = str(Path(self.lake).resolve() / "tables/s/t")

    def run(self, *arguments, check=True):
        return subprocess.run([self.tarn, *arguments, "--lake", self.lake, "--quiet"], check=check,
                              capture_output=True, text=True)

    def sql(self, text):
        return self.run("query", "--format", "csv", "-c", text).stdout

    def verify(self):
        """What verify has to say when it is not content."""
        result = self.run("verify", "--deep", check=False)
        return result.stdout + result.stderr if result.returncode else ""

    def insert(self, *ids, more=""):
        self.sql("INSERT INTO s.t VALUES " + ", ".join(
            f"('2025-01-{1 + id % 7:02}', {id}, {id}.25, {id}.5, {id}, '2025-01-01T00:00:00.5Z', 'o{id}', "
            f"true, {id}, NULL{more})" for id in ids))

    def table(self):
        return deltalake.DeltaTable(self.path)

    def append(self, data, **options):
        deltalake.write_deltalake(self.path, data, mode="append", **options)

    def expect(self, what, found, wanted):
        if found != wanted:
            self.failures += 1
            print(f"open table: {what}: {found!r}, expected {wanted!r}")

    def sail(self, text):
        self.readers.spark.sql(f"CREATE TABLE IF NOT EXISTS shared USING delta LOCATION '{self.path}'")
        self.readers.spark.sql(text)

    def duck(self, text):
        self.readers.duck.execute(f"ATTACH '{self.path}' AS shared (TYPE delta)")
        try:
            self.readers.duck.execute(text)
        finally:
            self.readers.duck.execute("DETACH shared")

    def without_checkpoints(self, folder):
        """Sail 0.7 fails on versions before a checkpoint, of anybody's tables: it gets the commits only."""
        if not (Path(self.path) / "_delta_log" / f"{0:020}.json").exists():
            return self.path
        copy = Path(folder) / f"copy{len(log_files(Path(self.path)))}" / "t"
        if not copy.exists():
            shutil.copytree(self.path, copy, ignore=shutil.ignore_patterns("*checkpoint*"))
        return copy

    def compare(self, versions, folder):
        compared = 0
        for version in versions:
            expected = canonical(ours(self.tarn, self.lake, "s.t", version, folder))
            for reader, read in self.readers.all.items():
                try:
                    path = self.without_checkpoints(folder) if reader == "sail" else self.path
                    problem = difference(expected, canonical(read(path, version)))
                except Exception as error:  # whatever a reader throws is a finding
                    problem = f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
                compared += 1
                if problem:
                    self.failures += 1
                    print(f"open table, version {version}, {reader}: {problem}")
        return compared


def mixed(scene, folder):
    """Every kind of foreign commit between commits of ours; every version is the same to everybody."""
    steps = [
        lambda: scene.insert(1, 2, 3),
        lambda: scene.append(rows(10, 11, 12)),
        lambda: scene.sql("UPDATE s.t SET x = 7 WHERE id IN (2, 11)"),
        lambda: scene.readers.spark.read.format("delta").load(scene.path).limit(1)
            .write.format("delta").mode("append").save(scene.path),
        lambda: scene.sail("INSERT INTO shared SELECT * FROM shared LIMIT 2"),
        lambda: scene.sql("DELETE FROM s.t WHERE id = 3"),
        lambda: scene.duck("INSERT INTO shared SELECT * FROM shared WHERE id = 10"),
        lambda: scene.table().delete("id = 12"),
        lambda: scene.insert(20, 21),
        lambda: scene.table().update(predicate="id = 20", updates={"x": "99.5"}),
        lambda: scene.table().merge(rows(21, 30), "t.id = s.id", source_alias="s", target_alias="t")
            .when_matched_update_all().when_not_matched_insert_all().execute(),
        lambda: scene.sql("MERGE INTO s.t USING (SELECT 30 AS id) AS m ON t.id = m.id WHEN MATCHED THEN DELETE"),
        lambda: scene.table().optimize.compact(),
        lambda: scene.insert(40),
        lambda: scene.sql("OPTIMIZE s.t"),
        lambda: scene.append(rows(50), schema_mode="merge"),
        lambda: scene.append(rows(51, extra="e"), schema_mode="merge"),
        lambda: scene.insert(60, more=", 'f'"),
        lambda: scene.table().create_checkpoint(),
        lambda: scene.table().optimize.z_order(["id"]),
        lambda: deltalake.write_deltalake(scene.path, rows(70, 71, extra="o"), mode="overwrite"),
        lambda: scene.insert(80, more=", NULL"),
        lambda: scene.sql("RESTORE TABLE s.t TO VERSION AS OF 10"),
        lambda: scene.table().restore(5),
        lambda: scene.insert(90, more=", 'g'") if "extra" in scene.table().schema().to_arrow().names else scene.insert(90),
    ]
    for number, step in enumerate(steps):
        try:
            step()
            scene.sql("SELECT COUNT(*) FROM s.t")
        except Exception as error:
            scene.failures += 1
            text = getattr(error, "stderr", None) or str(error)
            print(f"open table, step {number}: {type(error).__name__}: {text[:400]}")
    versions = [int(name[:20]) for name in log_files(Path(scene.path))]
    known = int(scene.sql("SELECT MAX(version) FROM system.history WHERE \"table\" = 's.t'").split()[1])
    scene.expect("newest version", known, versions[-1])
    compared = scene.compare(versions, folder)
    print(f"open table: {len(versions)} versions, {compared} comparisons")
    return versions


def cleaned(scene, versions, folder):
    """Foreign checkpoints, log clean-up and vacuum take nothing that Tarn needs."""
    before = {version: canonical(ours(scene.tarn, scene.lake, "s.t", version, folder)) for version in versions}
    scene.table().alter.set_table_properties({
        "delta.logRetentionDuration": "interval 0 days", "delta.enableExpiredLogCleanup": "true"})
    scene.insert(91) if "extra" not in scene.table().schema().to_arrow().names else scene.insert(91, more=", NULL")
    scene.table().create_checkpoint()
    scene.table().cleanup_metadata()
    left = log_files(Path(scene.path))
    scene.expect("log files were cleaned up", left[0] != f"{0:020}.json", True)
    for version, table in before.items():
        scene.expect(f"version {version} after the clean-up",
                     difference(table, canonical(ours(scene.tarn, scene.lake, "s.t", version, folder))), None)
    scene.expect("verify after the clean-up", scene.verify(), "")
    scene.table().vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    scene.sql("SELECT COUNT(*) FROM s.t")
    head = [int(name[:20]) for name in log_files(Path(scene.path))][-1]
    scene.compare([head], folder)
    old = scene.run("query", "-c", "SELECT * FROM s.t VERSION AS OF 2", check=False)
    scene.expect("a vacuumed version is refused", "vacuum" in old.stderr, True)
    scene.expect("verify after the vacuum", scene.verify(), "")
    history = scene.sql("DESCRIBE HISTORY s.t")
    scene.expect("rebuild without the log files", scene.run("rebuild", check=False).returncode, 0)
    scene.expect("history after the rebuild", scene.sql("DESCRIBE HISTORY s.t"), history)
    scene.compare([head], folder)
    scene.expect("verify after the rebuild", scene.verify(), "")
    print(f"open table: {len(before)} versions whole after {head + 1 - len(left)} log files went")


def racing(scene, folder):
    """Two processes each of Tarn and delta-rs append at once: nothing is lost."""
    scene.sql(f"CREATE TABLE s.race ({COLUMNS}) OPEN")
    path = scene.path[:-1] + "race"
    count, code = 20, (
        "import os, sys, importlib.util as u, deltalake\n"
        "sys.path.insert(0, os.path.dirname(sys.argv[1]))\n"
        "s = u.spec_from_file_location('o', sys.argv[1]); m = u.module_from_spec(s); s.loader.exec_module(m)\n"
        "for i in range(20):\n"
        "    deltalake.write_deltalake(sys.argv[2], m.rows(int(sys.argv[3]) + i), mode='append',\n"
        "        commit_properties=deltalake.CommitProperties(max_commit_retries=1000))\n")
    workers = [[sys.executable, "-c", code, __file__, path, str(1000 * n)] for n in (1, 2)]
    for n in (3, 4):
        text = ";\n".join(f"INSERT INTO s.race (id) VALUES ({1000 * n + i})" for i in range(count))
        workers.append([scene.tarn, "query", "--lake", scene.lake, "--quiet", "-c", text])
    started = [subprocess.Popen(worker, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
               for worker in workers]
    for worker in started:
        error = worker.communicate()[1]
        scene.expect("a writer's exit status", (worker.returncode, error[-500:] if worker.returncode else ""), (0, ""))
    found = scene.sql("SELECT COUNT(*) AS n, COUNT(DISTINCT id) AS m FROM s.race").split()[1]
    scene.expect("rows of four writers", found, "80,80")
    scene.expect("rows that delta-rs reads", deltalake.DeltaTable(path).to_pyarrow_table().num_rows, 80)
    scene.expect("verify after the race", scene.verify(), "")
    print(f"open table: {found.split(',')[0]} of 80 commits of two Tarn and two delta-rs writers")


def fenced(scene):
    """A sealed table: checkpoints and log clean-up of others change nothing for anybody."""
    scene.sql("CREATE TABLE s.fenced (id BIGINT)")
    path = scene.path[:-1] + "fenced"
    for i in range(5):
        scene.sql(f"INSERT INTO s.fenced VALUES ({i})")
    table = deltalake.DeltaTable(path)
    for action in (table.create_checkpoint, table.cleanup_metadata,
                   lambda: table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False),
                   lambda: table.delete("id = 1"), table.optimize.compact):
        try:
            action()
        except Exception:  # refusing is what a sealed table asks for
            pass
    scene.sql("INSERT INTO s.fenced VALUES (5)")
    for version in range(1, 7):
        found = scene.sql(f"SELECT COUNT(*) AS n FROM s.fenced VERSION AS OF {version}").split()[1]
        scene.expect(f"sealed table, version {version}", found, str(min(version, 6)))
    scene.expect("sealed table, by delta-rs", deltalake.DeltaTable(path).to_pyarrow_table().num_rows, 6)
    scene.expect("verify of the sealed table", scene.verify(), "")


def main():
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(sys.argv[1], folder, Readers())
        versions = mixed(scene, folder)
        cleaned(scene, versions, folder)
        racing(scene, folder)
        fenced(scene)
        print(f"check-interop-open: {scene.failures} failures")
        sys.stdout.flush()
        status = 1 if scene.failures else 0
    os._exit(status)  # the readers' threads need no farewell


if __name__ == "__main__":
    main()

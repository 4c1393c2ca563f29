"""The comparing part of scripts/check-ducklake: TARN LAKE."""
import csv
import io
import subprocess
import sys
from pathlib import Path

import duckdb
import duckdb_extension_ducklake
import duckdb_extension_sqlite_scanner

tarn, lake = sys.argv[1], sys.argv[2]


def ask(sql):
    """Rows as text."""
    command = [tarn, "query", "--lake", lake, "--format", "csv", "--quiet", "-c", sql]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return list(csv.reader(io.StringIO(answer)))[1:]


def attach():
    duck = duckdb.connect()
    for module in (duckdb_extension_sqlite_scanner, duckdb_extension_ducklake):
        (extension,) = Path(module.__file__).parent.glob("extensions/*/**/*.duckdb_extension")
        duck.execute(f"LOAD '{extension}'")
    duck.execute(f"SET TimeZone = 'UTC'; ATTACH 'ducklake:sqlite:{lake}/tarn.db' AS lake (READ_ONLY)")
    return duck


def difference(duck, table, snapshot):
    """What differs, in words; None when nothing does. Values are compared as DuckDB reads both."""
    name = ".".join(f'"{part}"' for part in table)
    parquet = f"{lake}/.check.parquet"
    subprocess.run(
        [tarn, "query", "--lake", lake, "--quiet", "-o", parquet, "--format", "parquet", "-c",
         f"SELECT * FROM {name} AS KNOWN AT SNAPSHOT {snapshot}"], check=True, capture_output=True)
    ours = f"SELECT * FROM read_parquet('{parquet}')"
    theirs = f"SELECT * FROM lake.{name} AT (VERSION => {snapshot})"
    for left, right, what in ((ours, theirs, "missing"), (theirs, ours, "additional")):
        (count,) = duck.execute(f"SELECT COUNT(*) FROM ({left} EXCEPT ALL {right})").fetchone()
        if count:
            return f"{count} rows {what}"
    return None


print(subprocess.run([tarn, "ducklake", "--lake", lake], check=True, capture_output=True, text=True).stderr, end="")
# What comes after must be seen too.
subprocess.run(
    [tarn, "query", "--lake", lake, "--quiet", "-c",
     "CREATE TABLE zz.later (id INT NOT NULL, day DATE, x DECIMAL(18,2)) BUSINESS DATE day;"
     "INSERT INTO zz.later VALUES (1, '2025-06-23', 1.5), (2, '2025-06-24', 2.5);"
     "UPDATE zz.later SET x = x * 2 WHERE id = 2; ALTER TABLE zz.later ADD COLUMN note STRING;"
     "BEGIN; INSERT INTO zz.later (id, day, note) VALUES (3, '2025-06-25', 'n');"
     "DELETE FROM zz.later WHERE id = 1; COMMIT; OPTIMIZE zz.later"], check=True, capture_output=True)
duck = attach()
tables = duck.execute(
    "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'lake' ORDER BY ALL").fetchall()
compared, faults = 0, 0
for table in tables:
    for (snapshot,) in ask(
            f"SELECT DISTINCT snapshot FROM system.history WHERE \"table\" = '{table[0]}.{table[1]}'"
            " AND readable ORDER BY snapshot"):
        fault = difference(duck, table, snapshot)
        compared += 1
        if fault:
            faults += 1
            print(f"{table[0]}.{table[1]} at snapshot {snapshot}: {fault}")
try:
    duck.execute("INSERT INTO lake.zz.later (id) VALUES (9)")
    faults += 1
    print("DuckDB could write")
except duckdb.Error:
    pass
print(f"{len(tables)} tables at {compared} snapshots compared, {faults} faults")
sys.exit(1 if faults or compared == 0 or ("zz", "later") not in tables else 0)

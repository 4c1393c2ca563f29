"""Reading Delta tables with other engines, and comparing what they read: used by the interop checks."""
import subprocess
from pathlib import Path

import deltalake
import duckdb
import duckdb_extension_delta
import polars
import pyarrow as pa
import pyarrow.parquet as pq
from pysail.spark import SparkConnectServer
from pyspark.sql import SparkSession


def canonical(table):
    """The rows as a sorted table of plain types; doubles as their bits, so NaN equals itself."""
    columns = []
    for column in table.columns:
        column = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if pa.types.is_large_string(column.type) or column.type == pa.string_view():
            column = column.cast(pa.string())
        elif pa.types.is_large_binary(column.type) or column.type == pa.binary_view():
            column = column.cast(pa.binary())
        elif pa.types.is_timestamp(column.type):
            column = column.cast(pa.timestamp("us", column.type.tz and "UTC"))
        elif pa.types.is_floating(column.type):
            column = column.cast(pa.float64()).view(pa.int64())
        elif pa.types.is_decimal(column.type):
            column = column.cast(pa.decimal128(38, column.type.scale))
        elif pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
            column = pa.array([None if row is None else str(row) for row in column.to_pylist()], pa.string())
        columns.append(column)
    plain = pa.table(columns, names=table.column_names)
    return plain.sort_by([(name, "ascending") for name in plain.column_names]).combine_chunks()


def difference(ours, theirs):
    """What differs, in words; None when nothing does."""
    if ours.column_names != theirs.column_names:
        return f"columns {theirs.column_names}, expected {ours.column_names}"
    if ours.num_rows != theirs.num_rows:
        return f"{theirs.num_rows} rows, expected {ours.num_rows}"
    for name in ours.column_names:
        if not ours[name].equals(theirs[name]):
            return f"column {name}: {theirs[name].type}, expected {ours[name].type}, or other values"
    return None


class Readers:
    def __init__(self):
        self.duck = duckdb.connect()
        (extension,) = Path(duckdb_extension_delta.__file__).parent.glob("extensions/*/**/delta.duckdb_extension")
        self.duck.execute(f"LOAD '{extension}'; SET TimeZone = 'UTC'")
        self.server = SparkConnectServer("127.0.0.1", 0)
        self.server.start(background=True)
        host, port = self.server.listening_address
        self.spark = SparkSession.builder.remote(f"sc://{host}:{port}").getOrCreate()
        self.spark.conf.set("spark.sql.session.timeZone", "UTC")
        self.all = {"delta-rs": self.delta_rs, "polars": self.polars, "duckdb": self.duckdb, "sail": self.sail}

    def delta_rs(self, path, version):
        return deltalake.DeltaTable(path, version=version).to_pyarrow_table()

    def polars(self, path, version):
        return polars.scan_delta(str(path), version=version).collect().to_arrow()

    def duckdb(self, path, version):
        self.duck.execute(f"ATTACH '{path}' AS pinned (TYPE delta, VERSION {version})")
        try:
            result = self.duck.execute("FROM pinned").arrow()
            return result.read_all() if hasattr(result, "read_all") else result
        finally:
            self.duck.execute("DETACH pinned")

    def sail(self, path, version):
        return self.spark.read.format("delta").option("versionAsOf", version).load(str(path)).toArrow()


def ours(tarn, lake, name, version, folder):
    target = Path(folder) / "ours.parquet"
    subprocess.run([tarn, "--lake", lake, "-c", f"SELECT * FROM {name} VERSION AS OF {version}",
                    "--format", "parquet", "-o", str(target)], check=True, stdout=subprocess.DEVNULL)
    return pq.read_table(target)


def log_files(table):
    return sorted(p.name for p in (table / "_delta_log").glob("*.json") if p.stem.isdigit())

"""The comparing part of scripts/check-interop: TARN LAKE."""
import os, shutil, subprocess, sys, tempfile
from pathlib import Path

import deltalake

from interop_readers import Readers, canonical, difference, log_files, ours


def writers(readers):
    def duck(path):
        readers.duck.execute(f"ATTACH '{path}' AS copy (TYPE delta)")
        try:
            readers.duck.execute("INSERT INTO copy FROM copy LIMIT 1")
        finally:
            readers.duck.execute("DETACH copy")

    def sail(path):
        readers.spark.read.format("delta").load(path).limit(1).write.format("delta").mode("append").save(path)

    def delta_rs(path):
        row = deltalake.DeltaTable(path).to_pyarrow_table().slice(0, 1)
        deltalake.write_deltalake(path, row, mode="append")

    return {"delta-rs": delta_rs, "duckdb": duck, "sail": sail}


def main():
    tarn, lake = sys.argv[1:]
    readers, failures, compared, refused = Readers(), 0, 0, 0
    for log in sorted(Path(lake).resolve().glob("tables/*/*/_delta_log")):
        table = log.parent
        name = f"{table.parent.name}.{table.name}"
        versions = [int(file[:20]) for file in log_files(table)]
        with tempfile.TemporaryDirectory() as folder:
            for version in versions:
                try:
                    expected = canonical(ours(tarn, lake, name, version, folder))
                except subprocess.CalledProcessError as error:
                    failures += 1
                    print(f"{name} version {version}: tarn failed with {error.returncode}")
                    continue
                for reader, read in readers.all.items():
                    try:
                        problem = difference(expected, canonical(read(table, version)))
                    except Exception as error:  # whatever a reader throws is a finding
                        problem = f"{type(error).__name__}: {str(error).splitlines()[0][:200]}"
                    compared += 1
                    if problem:
                        failures += 1
                        print(f"{name} version {version}, {reader}: {problem}")
            for writer, append in writers(readers).items():
                copy = Path(folder) / writer / table.name
                shutil.copytree(table, copy)
                before = log_files(copy)
                try:
                    append(str(copy))
                    problem = "the write was accepted"
                except Exception:
                    problem = "a commit appeared" if log_files(copy) != before else None
                refused += problem is None
                if problem:
                    failures += 1
                    print(f"{name}, {writer} on a sealed copy: {problem}")
        print(f"{name}: {len(versions)} versions")
    print(f"check-interop: {compared} comparisons, {refused} writes refused, {failures} failures")
    sys.stdout.flush()
    os._exit(1 if failures or not compared else 0)  # the readers' threads need no farewell


main()

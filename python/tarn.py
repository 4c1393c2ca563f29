"""Ask a Tarn lake from Python: one file, no dependency of its own.

    import tarn
    lake = tarn.Lake("/srv/bank", as_of="2025-06-23")
    frame = lake.pandas("SELECT * FROM silver.positions AS OF T WHERE desk = :desk", desk="FX_LDN")

`arrow`, `pandas` and `polars` need those packages; `rows` needs none. Results come as an Arrow
stream from the program `tarn` ($TARN, else from PATH), so types, decimals and NULLs arrive as they
are. In Jupyter: `%load_ext tarn`, then `%%tarn [--lake DIR] [--as-of DATE] [-o NAME]` above SQL.
"""

import json
import os
import subprocess
import tempfile

__all__ = ["Lake", "TarnError", "rows", "arrow", "pandas", "polars"]


class TarnError(Exception):
    """What tarn refused. `status` is its exit code (2 not understood, 3 a limit, 4 stale, 5 integrity
    broken, 75 try again); `help`, `line` and `column` are None when there is nothing to say."""

    def __init__(self, message, status=1, kind=None, help=None, line=None, column=None):
        super().__init__(message + (f" ({help})" if help else ""))
        self.message, self.status, self.kind = message, status, kind
        self.help, self.line, self.column = help, line, column

    @property
    def can_retry(self):
        return self.status == 75


def _error(status, text):
    for line in reversed(text.splitlines()):
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict):
            fields = fields.get("error", fields)
            if isinstance(fields, dict) and "message" in fields:
                return TarnError(
                    fields["message"], status, fields.get("reason") or fields.get("kind"),
                    fields.get("help"), fields.get("line"), fields.get("column"))
    return TarnError(text.strip() or f"tarn ended with status {status}", status)


class Lake:
    """A lake, and how it is asked. Each call is a process of its own, so no state is shared."""

    def __init__(self, path=None, *, as_of=None, known_at=None, threads=None, memory_limit=None,
                 program=None):
        self.path, self.as_of, self.known_at = path, as_of, known_at
        self.threads, self.memory_limit = threads, memory_limit
        self.program = program or os.environ.get("TARN") or "tarn"

    def _command(self, sql, format, parameters):
        command = [self.program, "query", "-c", sql, "--format", format, "--errors", "json",
                   "--quiet"]
        options = [("--lake", self.path), ("--as-of", self.as_of), ("--known-at", self.known_at),
                   ("--threads", self.threads), ("--memory-limit", self.memory_limit)]
        for name, value in options:
            if value is not None:
                command += [name, str(value)]
        for name, value in parameters.items():
            command += ["--param", f"{name}={value}"]
        return command

    def _run(self, sql, format, parameters, read):
        # Words go to a file: a pipe that nobody empties could stop the program.
        with tempfile.TemporaryFile() as words:
            try:
                process = subprocess.Popen(
                    self._command(sql, format, parameters), stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=words)
            except FileNotFoundError:
                raise TarnError(f"there is no program '{self.program}'", 127,
                                help="set TARN to its path") from None
            failure = None
            try:
                with process.stdout as stream:
                    result = read(stream)
            except Exception as error:
                # A statement that failed leaves no stream: its own error tells more.
                failure = error
            except BaseException:
                process.kill()
                process.wait()
                raise
            status = process.wait()
            if status != 0 and not (failure and status < 0):
                words.seek(0)
                raise _error(status, words.read().decode("utf-8", "replace"))
            if failure:
                raise failure
            return result

    def rows(self, sql, **parameters):
        """A list of dicts; decimals as decimal.Decimal, dates as text. Needs no package."""
        from decimal import Decimal

        def read(stream):
            return [json.loads(line, parse_float=Decimal) for line in stream]
        return self._run(sql, "ndjson", parameters, read)

    def batches(self, sql, **parameters):
        """pyarrow record batches one after the other, in constant memory."""
        import pyarrow
        with tempfile.TemporaryFile() as words:
            process = subprocess.Popen(
                self._command(sql, "arrow", parameters), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=words)
            try:
                try:
                    yield from pyarrow.ipc.open_stream(process.stdout)
                except (pyarrow.ArrowInvalid, OSError):
                    if process.wait() == 0:
                        raise
                process.stdout.close()
                if process.wait() != 0:
                    words.seek(0)
                    raise _error(process.returncode, words.read().decode("utf-8", "replace"))
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def arrow(self, sql, **parameters):
        """A pyarrow.Table."""
        import pyarrow
        return self._run(sql, "arrow", parameters,
                         lambda stream: pyarrow.ipc.open_stream(stream).read_all())

    def pandas(self, sql, *, arrow_types=False, **parameters):
        """A pandas DataFrame; with arrow_types its columns keep Arrow's types (decimals, NULLs)."""
        table = self.arrow(sql, **parameters)
        if arrow_types:
            import pandas
            return table.to_pandas(types_mapper=pandas.ArrowDtype)
        return table.to_pandas()

    def polars(self, sql, **parameters):
        """A polars DataFrame."""
        import polars
        return polars.from_arrow(self.arrow(sql, **parameters))

    def execute(self, sql, **parameters):
        """Runs statements whose result does not matter."""
        self._run(sql, "csv", parameters, lambda stream: stream.read())


def _default():
    return Lake(os.environ.get("TARN_LAKE"))


def rows(sql, **parameters):
    return _default().rows(sql, **parameters)


def arrow(sql, **parameters):
    return _default().arrow(sql, **parameters)


def pandas(sql, **parameters):
    return _default().pandas(sql, **parameters)


def polars(sql, **parameters):
    return _default().polars(sql, **parameters)


def load_ipython_extension(shell):
    """%load_ext tarn"""
    import argparse
    import shlex

    parser = argparse.ArgumentParser(prog="%%tarn", add_help=False)
    parser.add_argument("--lake", default=None)
    parser.add_argument("--as-of", default=None)
    parser.add_argument("--known-at", default=None)
    parser.add_argument("--param", action="append", default=[])
    parser.add_argument("--frame", choices=["pandas", "polars", "arrow"], default="pandas")
    parser.add_argument("-o", "--output", default=None, metavar="NAME")

    def magic(line, cell=None):
        options, rest = parser.parse_known_args(shlex.split(line))
        sql = cell if cell is not None else " ".join(rest)
        lake = Lake(options.lake or os.environ.get("TARN_LAKE"), as_of=options.as_of,
                    known_at=options.known_at)
        parameters = dict(item.split("=", 1) for item in options.param)
        frame = getattr(lake, options.frame)(sql, **parameters)
        if options.output:
            shell.user_ns[options.output] = frame
            return None
        return frame

    shell.register_magic_function(magic, "line_cell", "tarn")

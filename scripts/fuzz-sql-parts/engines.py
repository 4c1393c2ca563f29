"""The two engines: each answers a query with ("rows", [[value…]…]) or ("error", text) or ("crash", text).

Values are None, bool, int, Decimal (Tarn: Number), float, str, list; dates and timestamps are ISO text.
"""

import datetime
import json
import subprocess
import tempfile
import threading

MARK = "next query"
# Seconds that a query may take, and what is said of one that takes longer.
PATIENCE, SLOW = 60, "took too long"


class Number(str):
    """A JSON number with a point or an exponent, as written."""


class Tarn:
    """Runs many queries in one process; a failing statement ends it, and the rest goes to the next."""

    def __init__(self, binary, lake, options=()):
        self.command = [binary, "query", "--lake", lake, "--format", "ndjson", "--quiet", *options]

    def script(self, statements):
        """Runs statements that must work."""
        done = subprocess.run(self.command, input=";\n".join(statements) + ";\n", text=True,
                              capture_output=True)
        if done.returncode != 0:
            raise SystemExit(f"fuzz-sql: the tables could not be made: {done.stderr}")

    def run(self, queries, timeout=PATIENCE):
        answers = []
        while len(answers) < len(queries):
            answers += self.batch(queries[len(answers):], timeout)
        return answers

    def batch(self, queries, timeout):
        text = "".join(f"{q};\nSELECT '{MARK}' AS mark;\n" for q in queries)
        try:
            done = subprocess.run(self.command, input=text.encode(), capture_output=True, timeout=timeout)
            code, out, err = done.returncode, done.stdout.decode(), done.stderr.decode()
        except subprocess.TimeoutExpired as slow:
            code, out, err = "timeout", (slow.stdout or b"").decode(), SLOW
        answers, rows = [], []
        for line in out.split("\n"):
            if not line:
                continue
            try:
                row = json.loads(line, parse_float=Number)
            except ValueError:
                break
            if row == {"mark": MARK}:
                answers.append(("rows", rows))
                rows = []
            else:
                rows.append(list(row.values()))
        if code == 0:
            return answers
        answers.append(("error" if code in (1, 2) else "crash", f"{err.strip()} (exit {code})" if code != 1
                        else err.strip()))
        return answers


def duck_value(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list):
        return [duck_value(v) for v in value]
    if isinstance(value, bytes):
        # A text beside a NULL whose type DuckDB forgot.
        return value.decode("utf-8", "replace")
    return value


class Duck:
    def __init__(self, duckdb):
        self.module = duckdb
        self.connection = None

    def script(self, statements):
        self.connection = self.module.connect(config={"threads": 1})
        for statement in ["SET default_null_order = 'nulls_last_on_asc_first_on_desc'",
                          "SET memory_limit = '1GB'", f"SET temp_directory = '{tempfile.gettempdir()}'", "SET TimeZone = 'UTC'", "CREATE SCHEMA f",
                          *statements]:
            self.connection.execute(statement)

    def run(self, query):
        clock = threading.Timer(PATIENCE, self.connection.interrupt)
        clock.start()
        try:
            cursor = self.connection.execute(query)
            return "rows", [[duck_value(v) for v in row] for row in cursor.fetchall()]
        except self.module.InterruptException:
            return "error", SLOW
        except Exception as failure:  # every class of DuckDB's errors is an answer here
            return "error", str(failure).split("\n\nStack Trace:")[0].strip()
        finally:
            clock.cancel()

    def run_as_written(self, query):
        """Without the optimizer, which may leave out what would fail."""
        self.connection.execute("PRAGMA disable_optimizer")
        try:
            return self.run(query)
        finally:
            self.connection.execute("PRAGMA enable_optimizer")

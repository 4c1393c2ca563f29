"""python3 python/test_tarn.py [PATH OF tarn]: checks tarn.py, with pyarrow when it is there."""

import decimal
import sys
import unittest

import tarn

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else None
SQL = """SELECT * FROM (VALUES (1, CAST(1.50 AS decimal(38,2)), 'a', DATE '2025-06-23'),
(NULL, NULL, NULL, NULL), (3, CAST(-2.25 AS decimal(38,2)), '=x', NULL)) v(i, d, s, t)"""


class Frames(unittest.TestCase):
    lake = tarn.Lake(program=PROGRAM)

    def test_rows(self):
        rows = self.lake.rows(SQL)
        self.assertEqual(rows[0], {"i": 1, "d": decimal.Decimal("1.50"), "s": "a", "t": "2025-06-23"})
        self.assertEqual(set(rows[1].values()), {None})

    def test_parameters_are_values_not_text(self):
        self.assertEqual(self.lake.rows("SELECT :x AS x", x="o'b; --")[0]["x"], "o'b; --")

    def test_errors_are_exceptions(self):
        with self.assertRaises(tarn.TarnError) as caught:
            self.lake.rows("SELEC 1")
        self.assertNotEqual(caught.exception.status, 0)
        self.assertNotIn("{", caught.exception.message)
        with self.assertRaises(tarn.TarnError):
            tarn.Lake(program="/nowhere/tarn").rows("SELECT 1")

    def test_arrow(self):
        try:
            import pyarrow
        except ImportError:
            self.skipTest("pyarrow is not there")
        table = self.lake.arrow(SQL)
        self.assertEqual(table.schema.field("d").type, pyarrow.decimal128(38, 2))
        self.assertEqual(table.column("d").to_pylist(),
                         [decimal.Decimal("1.50"), None, decimal.Decimal("-2.25")])
        self.assertEqual(sum(batch.num_rows for batch in self.lake.batches(SQL)), 3)
        with self.assertRaises(tarn.TarnError):
            self.lake.arrow("SELECT nothing")
        with self.assertRaises(tarn.TarnError):
            list(self.lake.batches("SELECT nothing"))


if __name__ == "__main__":
    unittest.main()

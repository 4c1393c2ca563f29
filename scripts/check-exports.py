"""See scripts/check-exports; runs where the exports are."""

import csv
import datetime
import hashlib
import json
import xml.etree.ElementTree as xml
from decimal import Decimal

import openpyxl
import pyarrow

with open("values.ndjson") as file:
    expected = [json.loads(line, parse_float=Decimal) for line in file]
names = list(expected[0])
failures = 0


def check(what, found, wanted):
    global failures
    if found != wanted:
        failures += 1
        print(f"FAIL  {what}: expected {wanted!r}, found {found!r}")


# Arrow: every type as it is.
with open("values.arrow", "rb") as file:
    table = pyarrow.ipc.open_stream(file).read_all()
check("columns of the Arrow stream", table.column_names, names)
for row, (found, wanted) in enumerate(zip(table.to_pylist(), expected, strict=True), 1):
    for name in names:
        value = found[name]
        if isinstance(value, datetime.datetime):
            text = value.replace(tzinfo=None).isoformat()
            check(f"Arrow row {row} {name}", text.split(".")[0], wanted[name].rstrip("Z").split(".")[0])
        elif isinstance(value, datetime.date):
            check(f"Arrow row {row} {name}", value.isoformat(), wanted[name])
        elif isinstance(value, float):
            check(f"Arrow row {row} {name}", value, float(wanted[name]))
        else:
            check(f"Arrow row {row} {name}", value, wanted[name])


# CSV: text, so every value by what it means; NULL is nothing, an empty text is "".
def from_csv(text, wanted, isSafe):
    if wanted is None or wanted == "":
        return text == ""
    if isinstance(wanted, bool):
        return text == str(wanted).lower()
    if isinstance(wanted, (int, Decimal)):
        return Decimal(text) == Decimal(wanted)
    if isSafe and wanted[0] in "=+-@\t\r":
        return text == "'" + wanted
    return text == wanted or text.rstrip("Z") == wanted.rstrip("Z")


for path, encoding, isSafe in [
    ("plain.csv", "utf-8", False), ("safe.csv", "utf-8-sig", True),
    ("filed/v1/values.csv", "utf-8", True),
]:
    with open(path, newline="", encoding=encoding) as file:
        rows = list(csv.reader(file))
    check(f"names of {path}", rows[0], names)
    check(f"rows of {path}", len(rows) - 1, len(expected))
    for row, (found, wanted) in enumerate(zip(rows[1:], expected, strict=True), 1):
        for name, text in zip(names, found, strict=True):
            if not from_csv(text, wanted[name], isSafe):
                check(f"{path} row {row} {name}", text, wanted[name])
with open("plain.csv", "rb") as file:
    check("an empty text in CSV", b'\n3,"",0.00' in file.read(), True)

# The workbook: no cell is a formula; numbers beyond fifteen digits are text with all of them.
sheet = openpyxl.load_workbook("values.xlsx").active
rows = list(sheet.iter_rows())
check("names of the workbook", [cell.value for cell in rows[0]], names)
check("rows of the workbook", len(rows) - 1, len(expected))
for row, (cells, wanted) in enumerate(zip(rows[1:], expected, strict=True), 1):
    for name, cell in zip(names, cells, strict=True):
        value, want = cell.value, wanted[name]
        place = f"workbook row {row} {name}"
        check(f"{place} is no formula", cell.data_type != "f", True)
        if want is None or want == "":
            check(place, value in (None, ""), True)
        elif isinstance(want, bool):
            check(place, value, want)
        elif isinstance(want, (int, Decimal)):
            same = Decimal(value) == Decimal(want) if isinstance(value, str) \
                else float(value) == float(want) and abs(Decimal(repr(value)) - Decimal(want)) == 0
            check(place, (value, same), (value, True))
        elif isinstance(value, datetime.datetime) and len(want) == 10:
            check(place, value.date().isoformat(), want)
        elif isinstance(value, datetime.datetime):
            exact = datetime.datetime.fromisoformat(want.rstrip("Z"))
            check(place, abs(value - exact) <= datetime.timedelta(milliseconds=1), True)
        else:
            check(place, value, want)

# XML: well-formed, and the same values.
space = "{urn:tarn:extract:1}"
root = xml.parse("filed/v1/values.xml").getroot()
check("names in the XML", [c.get("name") for c in root.iter(space + "column")], names)
found = list(root.iter(space + "row"))
check("rows in the XML", len(found), len(expected))
for row, (element, wanted) in enumerate(zip(found, expected, strict=True), 1):
    for name, cell in zip(names, element, strict=True):
        isNull = cell.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
        check(f"XML row {row} {name} is NULL", isNull, wanted[name] is None)
        if not isNull and not from_csv(cell.text or "", wanted[name], False):
            check(f"XML row {row} {name}", cell.text, wanted[name])

# The manifest names what is there.
with open("filed/v1/manifest.json") as file:
    manifest = json.load(file)
for part in manifest["statements"]:
    check("rows of the manifest", part["rows"], len(expected))
    for entry in part["files"]:
        with open("filed/v1/" + entry["name"], "rb") as file:
            data = file.read()
        check(f"size of {entry['name']}", len(data), entry["bytes"])
        check(f"hash of {entry['name']}", hashlib.sha256(data).hexdigest(), entry["sha256"])

if failures:
    raise SystemExit(f"check-exports: {failures} values differ")
print(f"check-exports: {len(expected)} rows of {len(names)} columns are the same in a workbook, "
      "three CSV files, an Arrow stream and XML")

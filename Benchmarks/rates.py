"""Compares `curve_build`, `swap_risk` and `bond_risk` with QuantLib on random trades, and their speed.

Usage: rates.py --tarn PATH [--trades 1000] [--speed 20000] [--tick 10000] [--positions 1000000] [--seed 1]
Needs QuantLib from PyPI. Prints the largest differences and exits with 1 when one is over its limit
or when one and two threads give different bits. Speeds are of whole processes that answer a query, less
those of the same query over one trade; --speed 0 leaves all of them out. Processor time (user and
system, all threads) is printed beside the time on the clock, which other work on the machine makes longer.
"""

import argparse
import csv
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

import QuantLib as ql

TODAY = ql.Date(13, 6, 2025)
CALENDAR = ql.TARGET()
OIS = [("1M", 0.0215), ("3M", 0.0209), ("6M", 0.0201), ("1Y", 0.0192), ("2Y", 0.0189),
       ("3Y", 0.0197), ("5Y", 0.0214), ("7Y", 0.0229), ("10Y", 0.0246), ("20Y", 0.0262),
       ("30Y", 0.0258)]
TERM = [("3M", "deposit", 0.0212), ("6M", "swap", 0.0208), ("1Y", "swap", 0.0204),
        ("2Y", "swap", 0.0202), ("3Y", "swap", 0.0211), ("5Y", "swap", 0.0229),
        ("7Y", "swap", 0.0244), ("10Y", "swap", 0.0261), ("15Y", "swap", 0.0273),
        ("20Y", "swap", 0.0275), ("30Y", "swap", 0.0268)]


def iso(date):
    return date.ISO()


class Market:
    """QuantLib's curves on quotes that can be moved."""

    def __init__(self):
        self.ois_quotes = [ql.SimpleQuote(rate) for _, rate in OIS]
        self.term_quotes = [ql.SimpleQuote(rate) for _, _, rate in TERM]
        exact = ql.IterativeBootstrap(1e-15)
        estr = ql.Estr()
        helpers = [
            ql.OISRateHelper(2, ql.Period(tenor), ql.QuoteHandle(quote), estr)
            for (tenor, _), quote in zip(OIS, self.ois_quotes)
        ]
        self.discount = ql.PiecewiseLogLinearDiscount(TODAY, helpers, ql.Actual365Fixed(), exact)
        self.discount.enableExtrapolation()
        self.discount_handle = ql.YieldTermStructureHandle(self.discount)
        index = ql.Euribor3M()
        helpers = []
        for (tenor, kind, _), quote in zip(TERM, self.term_quotes):
            handle = ql.QuoteHandle(quote)
            if kind == "deposit":
                helpers.append(ql.DepositRateHelper(handle, index))
            else:
                helpers.append(
                    ql.SwapRateHelper(
                        handle, ql.Period(tenor), CALENDAR, ql.Annual, ql.ModifiedFollowing,
                        ql.Thirty360(ql.Thirty360.BondBasis), index, ql.QuoteHandle(),
                        ql.Period(0, ql.Days), self.discount_handle))
        self.term = ql.PiecewiseLogLinearDiscount(TODAY, helpers, ql.Actual365Fixed(), exact)
        self.term.enableExtrapolation()
        self.estr = ql.Estr(self.discount_handle)
        self.euribor = ql.Euribor3M(ql.YieldTermStructureHandle(self.term))
        self.engine = ql.DiscountingSwapEngine(self.discount_handle)
        self.bond_engine = ql.DiscountingBondEngine(self.discount_handle)

    @property
    def quotes(self):
        return self.ois_quotes + self.term_quotes


def past_fixings(generator):
    rows = []
    day = CALENDAR.advance(TODAY, -1600, ql.Days)
    while day < TODAY:
        for name in ("ESTR", "EURIBOR3M"):
            rows.append((name, day, round(0.02 + 0.01 * generator.random(), 5)))
        day = CALENDAR.advance(day, 1, ql.Days)
    return rows


def random_swaps(generator, count):
    swaps = []
    for number in range(count):
        start = CALENDAR.advance(TODAY, generator.randint(-1000, 500), ql.Days)
        years = generator.choice([1, 2, 3, 4, 5, 7, 10, 12, 15, 20, 25, 30])
        end = start + ql.Period(years, ql.Years)
        if end <= TODAY + 10 or start.dayOfMonth() > 28:
            start = CALENDAR.advance(TODAY, 2 + generator.randint(0, 5), ql.Days)
            end = start + ql.Period(years, ql.Years)
        swaps.append({
            "id": f"S{number:06d}", "kind": generator.choice(["term", "overnight", "basis"]),
            "start": start, "end": end, "notional": generator.randint(1, 100) * 1e6,
            "rate": round(generator.uniform(0.005, 0.04), 5),
            "spread": round(generator.uniform(-0.002, 0.004), 5),
            "pays": generator.random() < 0.5})
    return swaps


def random_bonds(generator, count):
    bonds = []
    for number in range(count):
        issue = CALENDAR.advance(TODAY, -generator.randint(5, 2500), ql.Days)
        frequency = generator.choice([1, 2, 4])
        maturity = issue + ql.Period(generator.randint(frequency, 30 * frequency) * 12 // frequency,
                                     ql.Months) if generator.random() < 0.5 \
            else CALENDAR.advance(TODAY, generator.randint(30, 7000), ql.Days)
        if maturity <= TODAY + 30:
            maturity = TODAY + ql.Period(generator.randint(1, 30), ql.Years)
        if maturity.dayOfMonth() > 28:
            maturity = maturity - 4
        bonds.append({
            "id": f"B{number:06d}", "issue": issue, "maturity": maturity, "frequency": frequency,
            "coupon": round(generator.uniform(0, 0.07), 4),
            "face": generator.randint(1, 500) * 1e5,
            "price": round(generator.uniform(80, 120), 3)})
    return bonds


def ql_schedule(start, end, months, convention=ql.ModifiedFollowing):
    return ql.Schedule(start, end, ql.Period(months, ql.Months), CALENDAR, convention, convention,
                       ql.DateGeneration.Backward, False)


def ql_swap(swap, market):
    quarterly = ql_schedule(swap["start"], swap["end"], 3)
    annual = ql_schedule(swap["start"], swap["end"], 12)
    notional = [swap["notional"]]
    floating = ql.IborLeg(notional, quarterly, market.euribor, ql.Actual360(), ql.Following,
                          spreads=[0.0 if swap["kind"] == "basis" else swap["spread"]])
    if swap["kind"] == "term":
        fixed = ql.FixedRateLeg(annual, ql.Thirty360(ql.Thirty360.BondBasis), notional,
                                [swap["rate"]], ql.Following)
    elif swap["kind"] == "overnight":
        fixed = ql.FixedRateLeg(annual, ql.Actual360(), notional, [swap["rate"]], ql.Following)
        floating = ql.OvernightLeg(notional, annual, market.estr, ql.Actual360(), ql.Following)
    else:
        fixed = ql.OvernightLeg(notional, quarterly, market.estr, ql.Actual360(), ql.Following,
                                [1.0], [swap["spread"]])
    legs = (fixed, floating) if swap["pays"] else (floating, fixed)
    result = ql.Swap(*legs)
    result.setPricingEngine(market.engine)
    return result


def ql_bond(bond, market, payments=ql.Following):
    """With unadjusted payments the yield is the street convention's."""
    schedule = ql.Schedule(bond["issue"], bond["maturity"],
                           ql.Period(12 // bond["frequency"], ql.Months), ql.NullCalendar(),
                           ql.Unadjusted, ql.Unadjusted, ql.DateGeneration.Backward, False)
    count = ql.ActualActual(ql.ActualActual.ISMA, schedule)
    result = ql.FixedRateBond(2, 100.0, schedule, [bond["coupon"]], count, payments, 100.0,
                              bond["issue"], CALENDAR)
    result.setPricingEngine(market.bond_engine)
    return result, count


def leg_rows(swap):
    base = {"as_of_date": iso(TODAY), "trade_id": swap["id"], "notional": f"{swap['notional']:.2f}",
            "discount_curve": "ESTR", "start_date": iso(swap["start"]), "end_date": iso(swap["end"]),
            "calendar": "TARGET", "roll": "modified_following"}
    first, second = ("pay", "receive") if swap["pays"] else ("receive", "pay")
    term = dict(base, direction=second, kind="term", rate="", index_curve="EURIBOR3M", months=3,
                day_count="ACT/360")
    fixed = dict(base, direction=first, kind="fixed", rate=swap["rate"], index_curve="", months=12,
                 day_count="30/360")
    if swap["kind"] == "term":
        return [fixed, dict(term, rate=swap["spread"])]
    if swap["kind"] == "overnight":
        return [dict(fixed, day_count="ACT/360"),
                dict(base, direction=second, kind="overnight", rate="", index_curve="ESTR",
                     months=12, day_count="ACT/360")]
    return [term, dict(base, direction=first, kind="overnight", rate=swap["spread"],
                       index_curve="ESTR", months=3, day_count="ACT/360")]


def bond_rows(bond):
    base = {"as_of_date": iso(TODAY), "face": f"{bond['face']:.2f}", "coupon": bond["coupon"],
            "frequency": bond["frequency"], "day_count": "ACT/ACT ICMA",
            "issue_date": iso(bond["issue"]), "maturity_date": iso(bond["maturity"]),
            "calendar": "TARGET", "settlement_days": 2, "discount_curve": "ESTR"}
    return [dict(base, position_id=bond["id"], clean_price=bond["price"]),
            dict(base, position_id="C" + bond["id"][1:], clean_price="")]


def write(folder, name, rows):
    with open(os.path.join(folder, name), "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_market(folder, fixings):
    shared = {"currency": "EUR", "against_curve": "", "interpolation": "loglinear_df",
              "calendar": "TARGET", "spot_days": 2, "roll": "modified_following",
              "end_of_month": "false", "money_day_count": "ACT/360", "fixed_months": 12,
              "floating_day_count": "ACT/360", "payment_lag": 0, "valid_from": "2020-01-01",
              "valid_to": ""}
    write(folder, "curves.csv", [
        dict(shared, curve="ESTR", discount_curve="", fixed_day_count="ACT/360",
             floating_months=12),
        dict(shared, curve="EURIBOR3M", discount_curve="ESTR", fixed_day_count="30/360",
             floating_months=3)])
    date = iso(TODAY)
    write(folder, "quotes.csv", [
        {"as_of_date": date, "curve": "ESTR", "instrument": f"ESTR {tenor}", "kind": "swap",
         "tenor": tenor, "quote": rate} for tenor, rate in OIS
    ] + [
        {"as_of_date": date, "curve": "EURIBOR3M", "instrument": f"3M {tenor}", "kind": kind,
         "tenor": tenor, "quote": rate} for tenor, kind, rate in TERM])
    write(folder, "fixings.csv", [
        {"index": name, "fixing_date": iso(day), "rate": rate} for name, day, rate in fixings])
    write(folder, "holidays.csv", [{"calendar": "NONE", "date": "2000-01-01"}])


CASTS = {
    "legs": "CAST(as_of_date AS DATE) AS as_of_date, trade_id, direction, kind, "
            "CAST(notional AS DECIMAL(18,2)) AS notional, CAST(rate AS DOUBLE) AS rate, "
            "discount_curve, index_curve, CAST(start_date AS DATE) AS start_date, "
            "CAST(end_date AS DATE) AS end_date, CAST(months AS INT) AS months, day_count, "
            "calendar, roll",
    "bonds": "CAST(as_of_date AS DATE) AS as_of_date, position_id, CAST(face AS DOUBLE) AS face, "
             "CAST(coupon AS DOUBLE) AS coupon, CAST(frequency AS INT) AS frequency, day_count, "
             "CAST(issue_date AS DATE) AS issue_date, CAST(maturity_date AS DATE) AS maturity_date, "
             "calendar, CAST(settlement_days AS INT) AS settlement_days, "
             "CAST(clean_price AS DOUBLE) AS clean_price, discount_curve",
    "fixings": "index, CAST(fixing_date AS DATE) AS fixing_date, CAST(rate AS DOUBLE) AS rate",
    "holidays": "calendar, CAST(date AS DATE) AS date",
    "quotes": "CAST(as_of_date AS DATE) AS as_of_date, curve, instrument, kind, tenor, "
              "CAST(quote AS DOUBLE) AS quote",
    "curves": "curve, currency, discount_curve, CAST(against_curve AS STRING) AS against_curve, "
              "interpolation, calendar, CAST(spot_days AS INT) AS spot_days, roll, "
              "CAST(end_of_month AS BOOLEAN) AS end_of_month, money_day_count, "
              "CAST(fixed_months AS INT) AS fixed_months, fixed_day_count, "
              "CAST(floating_months AS INT) AS floating_months, floating_day_count, "
              "CAST(payment_lag AS INT) AS payment_lag, CAST(valid_from AS DATE) AS valid_from, "
              "CAST(valid_to AS DATE) AS valid_to",
}


class Tarn:
    """Tables of a new lake, and calls of calculators on them."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = folder
        self.lake = os.path.join(folder, "lake")
        self.run("init")

    def run(self, *arguments):
        command = [self.binary, *arguments, "--lake", self.lake]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(command)[:300]}\n{result.stdout}{result.stderr}")
        return result.stdout

    def load(self, name, table=None):
        path = os.path.join(self.folder, name + ".csv")
        self.run("query", "-c", f"CREATE TABLE bench.{table or name} AS SELECT {CASTS[name]} "
                        f"FROM read_csv('{path}')")

    def call(self, text, threads=2):
        market = "quotes => TABLE bench.quotes, curves => TABLE bench.curves, " \
                 "holidays => TABLE bench.holidays"
        query = text.replace("MARKET", market)
        return self.run("query", "-c", query, "--format", "ndjson", "--threads", str(threads))

    def rows(self, text, key):
        return {row[key]: row for row in map(json.loads, self.call(text).splitlines())}


class Differences:
    def __init__(self):
        self.worst = {}

    def add(self, name, left, right, scale=1.0):
        miss = abs(float(left) - right) / scale
        if miss > self.worst.get(name, (-1,))[0]:
            self.worst[name] = (miss, left, right)

    def report(self, limits):
        failed = False
        for name, (miss, left, right) in self.worst.items():
            limit = limits.get(name, 1e-8)
            failed |= not miss <= limit
            verdict = "ok" if miss <= limit else "OVER"
            print(f"  {name:<28} {miss:9.2e}  limit {limit:.0e}  {verdict}"
                  + ("" if miss <= limit else f"  ({left} and {right})"))
        return failed


def compare_swaps(tarn, market, swaps, differences):
    rows = tarn.rows("SELECT * FROM swap_risk(legs => TABLE bench.legs, "
                     "fixings => TABLE bench.fixings, MARKET)", "trade_id")
    keys = {}
    text = tarn.call("SELECT * FROM swap_risk(legs => TABLE bench.legs, fixings => TABLE "
                     "bench.fixings, output => 'key_rates', bumped => true, MARKET) "
                     "WHERE convention = 'par'")
    for row in map(json.loads, text.splitlines()):
        keys.setdefault(row["trade_id"], []).append(row)
    instruments = [ql_swap(swap, market) for swap in swaps]
    base = [swap.NPV() for swap in instruments]

    def moved(quotes, size):
        before = [quote.value() for quote in quotes]
        for quote, value in zip(quotes, before):
            quote.setValue(value + size)
        values = [swap.NPV() for swap in instruments]
        for quote, value in zip(quotes, before):
            quote.setValue(value)
        return values

    up = moved(market.quotes, 1e-4)
    high, low = moved(market.quotes, 1e-6), moved(market.quotes, -1e-6)
    for index, swap in enumerate(swaps):
        row, notional = rows[swap["id"]], swap["notional"]
        differences.add("swap NPV / notional", row["npv"], base[index], notional)
        differences.add("swap DV01 bumped / notional", row["dv01_bumped"], up[index] - base[index],
                        notional)
        central = (high[index] - low[index]) / 2e-6 * 1e-4
        # A bump of 1e-6 leaves about 9 digits of a value: relative to at least one year's DV01.
        differences.add("swap DV01 / central bump", row["dv01"], central,
                        max(abs(central), notional * 1e-4))
    for place, quote in enumerate(market.quotes):
        one = moved([quote], 1e-4)
        high, low = moved([quote], 1e-6), moved([quote], -1e-6)
        for index, swap in enumerate(swaps):
            row = keys[swap["id"]][place]
            differences.add("swap key rates bumped", row["dv01_bumped"], one[index] - base[index],
                            swap["notional"])
            central = (high[index] - low[index]) / 2e-6 * 1e-4
            differences.add("swap key rates / central", row["dv01"], central,
                            max(abs(central), swap["notional"] * 1e-4))


def extreme(bond, market):
    """Whether QuantLib finds no yield for a bond's price, or one above 400 %."""
    instrument, count = ql_bond(bond, market, ql.Unadjusted)
    frequency = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly}[bond["frequency"]]
    try:
        return instrument.bondYield(ql.BondPrice(bond["price"], ql.BondPrice.Clean), count,
                                    ql.Compounded, frequency, instrument.settlementDate(), 1e-14,
                                    500) > 4
    except RuntimeError:
        return True


def compare_bonds(tarn, market, bonds, differences):
    rows = tarn.rows("SELECT * FROM bond_risk(bonds => TABLE bench.bonds, MARKET)", "position_id")
    failures = tarn.call("SELECT * FROM bond_risk(bonds => TABLE bench.bonds, output => 'failures', "
                         "MARKET)")
    refused = {row["position_id"]: row for row in map(json.loads, failures.splitlines())}
    for bond in bonds:
        if bond["id"] in refused:
            # A price that no yield up to 400 % a year gives, weeks before maturity: both say so.
            assert refused[bond["id"]]["field"] == "price", refused[bond["id"]]
            assert extreme(bond, market), refused[bond["id"]]
            print(f"  {bond['id']}: refused, {refused[bond['id']]['reason']}")
            continue
        row, plain = rows[bond["id"]], rows["C" + bond["id"][1:]]
        instrument, count = ql_bond(bond, market)
        settlement = instrument.settlementDate()
        price = ql.BondPrice(bond["price"], ql.BondPrice.Clean)
        frequency = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly}[bond["frequency"]]
        street, count = ql_bond(bond, market, ql.Unadjusted)
        rate = street.bondYield(price, count, ql.Compounded, frequency, settlement, 1e-14, 500)
        terms = (rate, count, ql.Compounded, frequency)
        functions = ql.BondFunctions
        differences.add("bond curve NPV / face", plain["npv"],
                        instrument.NPV() * bond["face"] / 100, bond["face"])
        differences.add("bond accrued", row["accrued"], instrument.accruedAmount(), 100)
        differences.add("bond yield", row["yield"], rate)
        spread = functions.zSpread(instrument, price, market.discount, ql.Actual365Fixed(),
                                   ql.Continuous, ql.NoFrequency, settlement, 1e-14, 500)
        differences.add("bond z-spread", row["z_spread"], spread)
        differences.add("bond modified duration", row["modified_duration"],
                        functions.duration(street, *terms, ql.Duration.Modified, settlement))
        differences.add("bond convexity (relative)", row["convexity"],
                        functions.convexity(street, *terms, settlement),
                        max(1, row["convexity"]))


def cost(tarn, text, threads=2, rounds=5):
    """The least seconds on the clock and of processor time that a process needs for the text."""
    clock, processor = 1e9, 1e9
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        tarn.call(text, threads)
        clock = min(clock, time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = min(processor, after.ru_utime + after.ru_stime
                        - before.ru_utime - before.ru_stime)
    return clock, processor


def speeds(tarn, text, many, one, count):
    """Trades a second, on the clock and by the processor time of two threads."""
    whole, single = cost(tarn, text.format(many)), cost(tarn, text.format(one))
    return [count / max(1e-9, (a - b) / share)
            for a, b, share in zip(whole, single, (1, 2))]


KEYS = "'3M,6M,1Y,2Y,3Y,5Y,7Y,10Y,15Y,20Y,30Y'"
SWAP_KEYS = "SELECT convention, curve, key, SUM(dv01), SUM(npv) FROM swap_risk(legs => TABLE " \
    "bench.{}, fixings => TABLE bench.fixings, output => 'key_rates', key_tenors => " + KEYS + \
    ", MARKET) GROUP BY ALL"
SWAPS = "SELECT SUM(npv), SUM(dv01), SUM(dv01_bumped) FROM swap_risk(legs => TABLE bench.{}, " \
    "fixings => TABLE bench.fixings, MARKET)"
BONDS = "SELECT SUM(npv), SUM(dv01), SUM(yield), SUM(z_spread), SUM(convexity) FROM bond_risk(" \
    "bonds => TABLE bench.{}, MARKET)"


def same_bits(tarn):
    """Whether one and two threads give the same bytes."""
    same = True
    for name, text in (("swap_risk", SWAPS.replace("SUM(npv), SUM(dv01), SUM(dv01_bumped)", "*")),
                       ("swap_risk key rates", SWAP_KEYS.split(" GROUP")[0].replace(
                           "convention, curve, key, SUM(dv01), SUM(npv)", "*")),
                       ("bond_risk", BONDS.replace(
                           "SUM(npv), SUM(dv01), SUM(yield), SUM(z_spread), SUM(convexity)", "*"))):
        table = "many_bonds" if name == "bond_risk" else "many_legs"
        hashes = {hashlib.sha256(tarn.call(text.format(table), threads).encode()).hexdigest()
                  for threads in (1, 2)}
        same &= len(hashes) == 1
        print(f"{name}: one and two threads give "
              + ("the same bits" if len(hashes) == 1 else "DIFFERENT bits"))
    return same


def measure_tick(tarn, count):
    """A quote changes; then value, DV01 and key rates of all swaps by desk, in a new process."""
    names = [f"S{number:06d}" for number in range(count)]
    write(tarn.folder, "desks.csv", [
        {"trade_id": name, "desk": f"desk {number % 12}"} for number, name in enumerate(names)])
    tarn.run("query", "-c", "CREATE TABLE bench.desks AS SELECT trade_id, desk FROM read_csv('"
             + os.path.join(tarn.folder, "desks.csv") + "')")
    tarn.run("query", "-c", "CREATE TABLE bench.tick_legs AS SELECT l.* FROM bench.many_legs l "
             "JOIN bench.desks d ON d.trade_id = l.trade_id")
    text = SWAP_KEYS.format("tick_legs").split(" GROUP")[0]
    text = text.replace("SELECT convention", "SELECT d.desk, r.convention").replace(
        ", MARKET)", ", MARKET) r JOIN bench.desks d ON d.trade_id = r.trade_id GROUP BY ALL")
    best = (1e9, 1e9, 1e9)
    for number in range(5):
        start = time.perf_counter()
        tarn.run("query", "-c", "UPDATE bench.quotes SET quote = quote + "
                 f"{'-' if number % 2 else ''}0.00001 WHERE instrument = 'ESTR 5Y'")
        committed = time.perf_counter() - start
        best = min(best, (*cost(tarn, text, rounds=1), committed))
    print(f"a tick: {count:,} swaps with value, DV01 and key rates by desk {best[0] * 1000:.0f} ms "
          f"after the commit (processor {best[1] * 1000:.0f} ms; the commit {best[2] * 1000:.0f} ms), "
          "with the start of the process")


def measure_coverage(tarn, landing, count):
    """The liquidity coverage ratios of a bank with many positions."""
    for table, casts in (
            ("lcr_factors", "item, section, category, CAST(level AS STRING) AS level, "
             "CAST(rate AS DECIMAL(9,6)) AS rate, horizon, unwind, role, paragraph, description, "
             "CAST(valid_from AS DATE) AS valid_from, CAST(valid_to AS DATE) AS valid_to"),
            ("lcr_rules", "name, CAST(value AS DECIMAL(9,6)) AS value, paragraph, description, "
             "CAST(valid_from AS DATE) AS valid_from, CAST(valid_to AS DATE) AS valid_to")):
        path = os.path.join(landing, table, "AMER/2025/06/13/basel-framework.csv")
        tarn.run("query", "-c", f"CREATE TABLE bench.{table} AS SELECT {casts} "
                 f"FROM read_csv('{path}')")
    items = [("hqla", "level1_sovereign"), ("outflow", "retail_stable"),
             ("outflow", "wholesale_nonfinancial"), ("inflow", "receivable_retail"),
             ("hqla", "level2a_sovereign"), ("outflow", "wholesale_other"),
             ("inflow", "receivable_financial"), ("outflow", "retail_less_stable")]
    path = os.path.join(tarn.folder, "positions.csv")
    generator = random.Random(4)
    with open(path, "w") as file:
        file.write("legal_entity,position_id,side,item,amount,maturity_date\n")
        for number in range(count):
            side, item = items[number % len(items)]
            day = "" if side == "hqla" else f"2025-{generator.randint(6, 9):02d}-{14 + number % 14}"
            file.write(f"LE_{number % 7},P{number:07d},{side},{item},"
                       f"{generator.randint(1, 10**9) / 100},{day}\n")
    tarn.run("query", "-c", "CREATE TABLE bench.positions AS SELECT DATE '2025-06-13' AS as_of_date, "
             "legal_entity, position_id, side, item, CAST(amount AS DECIMAL(18,2)) AS amount, "
             "false AS encumbered, CAST(maturity_date AS DATE) AS maturity_date, "
             "CAST(NULL AS STRING) AS collateral_item, CAST(NULL AS DECIMAL(18,2)) AS "
             f"collateral_amount FROM read_csv('{path}')")
    text = "SELECT * FROM lcr(TABLE bench.positions, factors => TABLE bench.lcr_factors, " \
           "rules => TABLE bench.lcr_rules)"
    clock, processor = cost(tarn, text)
    hashes = {tarn.call(text, threads) for threads in (1, 2)}
    print(f"lcr: {count:,} positions to ratios in {clock * 1000:.0f} ms (processor "
          f"{processor * 1000:.0f} ms), scan and start of the process included; one and two threads "
          "give " + ("the same bits" if len(hashes) == 1 else "DIFFERENT bits"))
    return len(hashes) == 1


def measure(tarn, market, generator, options):
    count = options.speed
    swaps = random_swaps(generator, count)
    write(tarn.folder, "legs.csv", [row for swap in swaps for row in leg_rows(swap)])
    tarn.load("legs", "many_legs")
    bonds = random_bonds(generator, count)
    write(tarn.folder, "bonds.csv", [bond_rows(bond)[0] for bond in bonds])
    tarn.load("bonds", "many_bonds")
    plain = speeds(tarn, SWAPS, "many_legs", "one_leg", count)
    swap_rates = speeds(tarn, SWAP_KEYS, "many_legs", "one_leg", count)
    bond_rates = speeds(tarn, BONDS, "many_bonds", "one_bond", count)
    swap_rate, bond_rate = swap_rates[0], bond_rates[0]
    some = [ql_swap(swap, market) for swap in swaps[:200]]
    start = time.perf_counter()
    for quotes in [[], market.quotes] + [[quote] for quote in market.ois_quotes]:
        for quote in quotes:
            quote.setValue(quote.value() + 1e-4)
        for swap in some:
            swap.NPV()
        for quote in quotes:
            quote.setValue(quote.value() - 1e-4)
    peer = len(some) / (time.perf_counter() - start)
    print(f"swaps with NPV, DV01 and all key rates (22 quotes, 22 tents): tarn {swap_rate:,.0f} a "
          f"second ({swap_rates[1]:,.0f} by processor time), QuantLib bump and revalue of 11 keys "
          f"{peer:,.0f}: {swap_rate / peer:,.0f}x ({swap_rates[1] / peer:,.0f}x)")
    print(f"swaps with NPV and four DV01: tarn {plain[0]:,.0f} a second ({plain[1]:,.0f} by processor "
          "time)")
    # Close to maturity a price far from 100 has no yield that QuantLib's search would find.
    longer = [bond for bond in bonds if bond["maturity"] > TODAY + 365][:200]
    start = time.perf_counter()
    for bond in longer:
        instrument, day_count = ql_bond(bond, market, ql.Unadjusted)
        rate = instrument.bondYield(ql.BondPrice(bond["price"], ql.BondPrice.Clean), day_count,
                                    ql.Compounded, ql.Annual)
        ql.BondFunctions.zSpread(instrument, ql.BondPrice(bond["price"], ql.BondPrice.Clean),
                                 market.discount, ql.Actual365Fixed(), ql.Continuous,
                                 ql.NoFrequency)
        ql.BondFunctions.duration(instrument, rate, day_count, ql.Compounded, ql.Annual)
    peer = len(longer) / (time.perf_counter() - start)
    print(f"bonds with yield, spread, durations and DV01: tarn {bond_rate:,.0f} a second "
          f"({bond_rates[1]:,.0f} by processor time), QuantLib {peer:,.0f}: {bond_rate / peer:,.0f}x")
    same = same_bits(tarn)
    measure_tick(tarn, min(options.tick, count))
    landing = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lake", "landing")
    return measure_coverage(tarn, landing, options.positions) and same


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tarn", required=True)
    parser.add_argument("--trades", type=int, default=1000)
    parser.add_argument("--speed", type=int, default=20000)
    parser.add_argument("--tick", type=int, default=10000)
    parser.add_argument("--positions", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    generator = random.Random(options.seed)
    ql.Settings.instance().evaluationDate = TODAY
    ql.IborCoupon.createAtParCoupons()
    fixings = past_fixings(generator)
    for name, day, rate in fixings:
        (ql.Estr() if name == "ESTR" else ql.Euribor3M()).addFixing(day, rate, True)
    market = Market()
    swaps = random_swaps(generator, options.trades)
    bonds = random_bonds(generator, options.trades)
    with tempfile.TemporaryDirectory() as folder:
        write_market(folder, fixings)
        write(folder, "legs.csv", [row for swap in swaps for row in leg_rows(swap)])
        write(folder, "bonds.csv", [row for bond in bonds for row in bond_rows(bond)])
        tarn = Tarn(os.path.abspath(options.tarn), folder)
        tarn.run("query", "-c", "CREATE SCHEMA IF NOT EXISTS bench")
        for name in CASTS:
            tarn.load(name)
        tarn.run("query", "-c", "CREATE TABLE bench.one_leg AS SELECT * FROM bench.legs "
                        "WHERE trade_id = 'S000000'")
        tarn.run("query", "-c", "CREATE TABLE bench.one_bond AS SELECT * FROM bench.bonds "
                        "WHERE position_id = 'B000000'")
        differences = Differences()
        nodes = tarn.call("SELECT * FROM curve_build(MARKET)")
        for row in map(json.loads, nodes.splitlines()):
            curve = market.discount if row["curve"] == "ESTR" else market.term
            differences.add("curve discount factors", row["discount"],
                            curve.discount(ql.DateParser.parseISO(row["node_date"])))
            differences.add("curve residuals", row["residual"], 0)
        compare_swaps(tarn, market, swaps, differences)
        compare_bonds(tarn, market, bonds, differences)
        print(f"{len(swaps)} swaps, {len(bonds)} bonds; largest differences:")
        failed = differences.report({"curve residuals": 1e-12})
        if options.speed > 0:
            failed |= not measure(tarn, market, generator, options)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

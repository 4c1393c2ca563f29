-- What the calculators of liquidity and rates read besides silver.positions: parameters with their
-- validity dates, the balance sheet, market quotes, and the golden source of bonds and swaps.

-- What the net stable funding ratio applies to each item, with the paragraph of the Basel Framework.
CREATE TABLE ref.nsfr_factors (
  item STRING NOT NULL,
  section STRING NOT NULL,
  category STRING NOT NULL,
  rate DECIMAL(9,6),
  role STRING NOT NULL,
  paragraph STRING NOT NULL,
  description STRING NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
KEY (item, valid_from)
FROM FEED nsfr_factors
EXPECT known_section CHECK (section IN ('asf', 'rsf', 'off_balance')) ON VIOLATION FAIL;

CREATE TABLE ref.nsfr_rules (
  name STRING NOT NULL,
  value DECIMAL(9,6) NOT NULL,
  paragraph STRING NOT NULL,
  description STRING NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
KEY (name, valid_from)
FROM FEED nsfr_rules;

-- Days are calendar days after the business date; without to_day the bucket has no end.
CREATE TABLE ref.ladder_buckets (
  bucket STRING NOT NULL,
  from_day INT NOT NULL,
  to_day INT,
  source STRING NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
KEY (bucket, valid_from)
FROM FEED ladder_buckets;

-- How customers and markets are expected to behave; `DESCRIBE CALCULATOR cash_ladder` explains method,
-- rate and days.
CREATE TABLE ref.cash_flow_assumptions (
  item STRING NOT NULL,
  side STRING NOT NULL,
  category STRING NOT NULL,
  method STRING NOT NULL,
  rate DECIMAL(9,6),
  days INT,
  source STRING NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
KEY (item, valid_from)
FROM FEED cash_flow_assumptions
EXPECT known_side CHECK (side IN ('inflow', 'outflow', 'capacity')) ON VIOLATION FAIL;

-- The shocks of each named scenario; with `include` the item is another scenario.
CREATE TABLE ref.stress_scenarios (
  scenario STRING NOT NULL,
  item STRING,
  shock STRING NOT NULL,
  rate DECIMAL(9,6),
  days INT,
  source STRING NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
FROM FEED stress_scenarios;

-- Carrying values, and undrawn amounts of commitments, in the entity's reporting currency.
CREATE TABLE silver.nsfr_positions (
  position_id STRING NOT NULL,
  as_of_date DATE NOT NULL,
  legal_entity STRING NOT NULL,
  item STRING NOT NULL,
  amount DECIMAL(18,2) NOT NULL,
  encumbrance STRING
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (position_id, as_of_date)
FROM FEED nsfr_positions
EXPECT amount_not_negative CHECK (amount >= 0) ON VIOLATION QUARANTINE;

-- How the quotes of each curve are to be read.
CREATE TABLE ref.curves (
  curve STRING NOT NULL,
  currency STRING NOT NULL,
  discount_curve STRING,
  against_curve STRING,
  interpolation STRING NOT NULL,
  calendar STRING NOT NULL,
  spot_days INT NOT NULL,
  roll STRING NOT NULL,
  end_of_month BOOLEAN NOT NULL,
  money_day_count STRING NOT NULL,
  fixed_months INT NOT NULL,
  fixed_day_count STRING NOT NULL,
  floating_months INT NOT NULL,
  floating_day_count STRING NOT NULL,
  payment_lag INT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
KEY (curve, valid_from)
FROM FEED curves;

-- Rates and yields as fractions.
CREATE TABLE silver.curve_quotes (
  as_of_date DATE NOT NULL,
  curve STRING NOT NULL,
  instrument STRING NOT NULL,
  kind STRING NOT NULL,
  tenor STRING NOT NULL,
  quote DOUBLE NOT NULL
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (curve, instrument, as_of_date)
FROM FEED curve_quotes
EXPECT plausible_rate CHECK (quote BETWEEN -0.05 AND 0.25) ON VIOLATION QUARANTINE;

-- The past rates that were known on each business date.
CREATE TABLE silver.fixings (
  as_of_date DATE NOT NULL,
  "index" STRING NOT NULL,
  fixing_date DATE NOT NULL,
  rate DOUBLE NOT NULL
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY ("index", fixing_date, as_of_date)
FROM FEED fixings
EXPECT known_by_then CHECK (fixing_date <= as_of_date) ON VIOLATION QUARANTINE;

-- The golden source of securities: one row each, the latest version wins.
CREATE TABLE silver.instruments (
  instrument_id STRING NOT NULL,
  version INT NOT NULL,
  kind STRING NOT NULL,
  issuer STRING NOT NULL,
  currency STRING NOT NULL,
  coupon DOUBLE NOT NULL,
  frequency INT NOT NULL,
  day_count STRING NOT NULL,
  issue_date DATE NOT NULL,
  maturity_date DATE NOT NULL,
  calendar STRING NOT NULL,
  settlement_days INT NOT NULL,
  discount_curve STRING NOT NULL
)
KEY (instrument_id) LATEST BY version
FROM FEED instruments
EXPECT lives CHECK (maturity_date > issue_date) ON VIOLATION QUARANTINE;

-- Bonds held: face is negative when short; clean_price is for 100 of face.
CREATE TABLE silver.bond_positions (
  position_id STRING NOT NULL,
  as_of_date DATE NOT NULL,
  desk STRING NOT NULL,
  legal_entity STRING NOT NULL,
  counterparty STRING NOT NULL,
  instrument_id STRING NOT NULL,
  face DECIMAL(18,2) NOT NULL,
  clean_price DOUBLE
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (position_id, as_of_date)
FROM FEED bond_positions;

-- Swaps: who has them, and their legs.
CREATE TABLE silver.trades (
  trade_id STRING NOT NULL,
  version INT NOT NULL,
  as_of_date DATE NOT NULL,
  desk STRING NOT NULL,
  legal_entity STRING NOT NULL,
  counterparty STRING NOT NULL,
  product STRING NOT NULL
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (trade_id, as_of_date) LATEST BY version
FROM FEED trades;

CREATE TABLE silver.swap_legs (
  trade_id STRING NOT NULL,
  leg INT NOT NULL,
  version INT NOT NULL,
  as_of_date DATE NOT NULL,
  direction STRING NOT NULL,
  kind STRING NOT NULL,
  notional DECIMAL(18,2) NOT NULL,
  rate DOUBLE,
  discount_curve STRING NOT NULL,
  index_curve STRING,
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  months INT NOT NULL,
  day_count STRING NOT NULL,
  calendar STRING NOT NULL,
  roll STRING NOT NULL,
  payment_lag INT
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (trade_id, leg, as_of_date) LATEST BY version
FROM FEED swap_legs
EXPECT positive_notional CHECK (notional > 0) ON VIOLATION QUARANTINE;

-- Reference data, market data and rule parameters. They arrive as files like everything else, so
-- that a number can be traced to the file of each of its parameters.

CREATE TABLE ref.entities (
  legal_entity STRING NOT NULL,
  name STRING NOT NULL,
  country STRING NOT NULL,
  region STRING NOT NULL,
  reporting_currency STRING NOT NULL,
  parent STRING NOT NULL
)
KEY (legal_entity)
FROM FEED entities
EXPECT known_region CHECK (region IN ('EMEA', 'AMER')) ON VIOLATION FAIL;

CREATE TABLE ref.desks (
  desk STRING NOT NULL,
  asset_class STRING NOT NULL,
  region STRING NOT NULL,
  home_entity STRING NOT NULL
)
KEY (desk)
FROM FEED desks;

CREATE TABLE ref.counterparties (
  counterparty STRING NOT NULL,
  version INT NOT NULL,
  name STRING NOT NULL,
  sector STRING NOT NULL,
  country STRING NOT NULL,
  region STRING NOT NULL,
  rating STRING
)
KEY (counterparty) LATEST BY version
FROM FEED counterparties
EXPECT rated CHECK (rating IS NOT NULL) ON VIOLATION WARN;

-- The days on which a calendar is closed besides weekends. The name and the columns are the ones
-- that AS OF T-n looks for.
CREATE TABLE ref.holidays (
  calendar STRING NOT NULL,
  date DATE NOT NULL,
  name STRING NOT NULL
)
KEY (calendar, date)
FROM FEED holidays;

-- Euro reference rates of the European Central Bank: units of the currency for one euro.
CREATE TABLE ref.fx_rates (
  as_of_date DATE NOT NULL,
  currency STRING NOT NULL,
  per_eur DECIMAL(10,5) NOT NULL
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (currency, as_of_date)
FROM FEED fx_rates
EXPECT positive_rate CHECK (per_eur > 0) ON VIOLATION QUARANTINE;

-- Par yields of the US Treasury at constant maturity: percent, bond equivalent (semi-annual).
CREATE TABLE ref.treasury_yields (
  as_of_date DATE NOT NULL,
  tenor STRING NOT NULL,
  months DOUBLE NOT NULL,
  par_yield DOUBLE NOT NULL
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (tenor, as_of_date)
FROM FEED treasury_yields
EXPECT plausible_yield CHECK (par_yield BETWEEN -5 AND 25) ON VIOLATION QUARANTINE;

-- What the liquidity coverage ratio applies to each item, with the paragraph of the Basel Framework.
-- `rate` is the part that counts: one minus the haircut, run-off, drawdown or inflow rate; without one
-- the national authority has to set it. lake/README.md explains horizon, unwind and role.
CREATE TABLE ref.lcr_factors (
  item STRING NOT NULL,
  section STRING NOT NULL,
  category STRING NOT NULL,
  level STRING,
  rate DECIMAL(9,6),
  horizon STRING NOT NULL,
  unwind STRING NOT NULL,
  role STRING NOT NULL,
  paragraph STRING NOT NULL,
  description STRING NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
KEY (item, valid_from)
FROM FEED lcr_factors
EXPECT known_section CHECK (section IN ('hqla', 'outflow', 'inflow')) ON VIOLATION FAIL
EXPECT rate_is_a_part CHECK (rate IS NULL OR rate BETWEEN 0 AND 1) ON VIOLATION FAIL;

-- The numbers of the rule that belong to no single item.
CREATE TABLE ref.lcr_rules (
  name STRING NOT NULL,
  value DECIMAL(9,6) NOT NULL,
  paragraph STRING NOT NULL,
  description STRING NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE
)
KEY (name, valid_from)
FROM FEED lcr_rules;

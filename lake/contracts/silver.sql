-- Silver: typed, deduplicated, checked.

-- Amounts are in `currency`; market_value is the bank's: positive is an asset. pv and dv01 are model
-- outputs and therefore doubles; dv01 is the change of value for one basis point, in `currency`.
CREATE TABLE silver.positions (
  trade_id STRING NOT NULL,
  version INT NOT NULL,
  as_of_date DATE NOT NULL,
  desk STRING NOT NULL,
  book STRING NOT NULL,
  legal_entity STRING NOT NULL,
  counterparty STRING NOT NULL,
  product STRING NOT NULL,
  currency STRING NOT NULL,
  notional DECIMAL(18,2) NOT NULL,
  market_value DECIMAL(18,2) NOT NULL,
  pv DOUBLE NOT NULL,
  dv01 DOUBLE NOT NULL,
  maturity_date DATE NOT NULL,
  trader STRING NOT NULL,
  CONSTRAINT version_from_one CHECK (version >= 1)
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (trade_id, as_of_date) LATEST BY version
FROM FEED positions
EXPECT notional_not_negative CHECK (notional >= 0) ON VIOLATION QUARANTINE
EXPECT alive CHECK (maturity_date >= as_of_date) ON VIOLATION WARN
EXPECT value_within_notional
  CHECK (market_value BETWEEN -2 * notional AND 2 * notional) ON VIOLATION WARN;

-- Balances that the liquidity coverage ratio is made of. `amount` is in the reporting currency of the
-- legal entity, as its ledger translated `amount_original` (in `currency`) at the day's reference rate.
-- lake/README.md says what each side and item means.
CREATE TABLE silver.liquidity_positions (
  position_id STRING NOT NULL,
  as_of_date DATE NOT NULL,
  legal_entity STRING NOT NULL,
  side STRING NOT NULL,
  item STRING NOT NULL,
  currency STRING NOT NULL,
  amount_original DECIMAL(18,2) NOT NULL,
  amount DECIMAL(18,2) NOT NULL,
  encumbered BOOLEAN NOT NULL,
  maturity_date DATE,
  collateral_item STRING,
  collateral_amount DECIMAL(18,2),
  counterparty STRING,
  security_id STRING
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (position_id, as_of_date)
FROM FEED liquidity
EXPECT known_side CHECK (side IN ('hqla', 'outflow', 'inflow')) ON VIOLATION QUARANTINE
EXPECT amount_not_negative CHECK (amount >= 0) ON VIOLATION QUARANTINE;

-- US Treasuries in the liquidity buffer; `coupon` in percent a year, paid twice a year, `periods` of
-- half a year left.
CREATE TABLE silver.hqla_bonds (
  as_of_date DATE NOT NULL,
  security_id STRING NOT NULL,
  legal_entity STRING NOT NULL,
  tenor STRING NOT NULL,
  periods INT NOT NULL,
  coupon DECIMAL(9,3) NOT NULL,
  face DECIMAL(18,2) NOT NULL,
  currency STRING NOT NULL
)
BUSINESS DATE as_of_date CALENDAR US_FED
KEY (security_id, as_of_date)
FROM FEED hqla_bonds
EXPECT positive_face CHECK (face > 0) ON VIOLATION QUARANTINE;

-- The smallest table there is: what the start of the program costs is measured on it.
CREATE TABLE silver.one_row (
  id BIGINT NOT NULL
)
KEY (id)
FROM FEED one_row;

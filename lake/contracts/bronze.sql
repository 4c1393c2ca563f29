-- Bronze: the two audited feeds as received. Every column is text; the last two say where a row came
-- from. Bronze and silver of a file change in one snapshot. A row in quarantine is in bronze, too,
-- when it could be split into fields.

CREATE TABLE bronze.positions (
  trade_id STRING,
  version STRING,
  as_of_date STRING,
  desk STRING,
  book STRING,
  legal_entity STRING,
  counterparty STRING,
  product STRING,
  currency STRING,
  notional STRING,
  market_value STRING,
  pv STRING,
  dv01 STRING,
  maturity_date STRING,
  trader STRING,
  source_file STRING NOT NULL,
  source_line BIGINT NOT NULL
) FROM FEED positions;

CREATE TABLE bronze.liquidity (
  position_id STRING,
  as_of_date STRING,
  legal_entity STRING,
  side STRING,
  item STRING,
  currency STRING,
  amount_original STRING,
  amount STRING,
  encumbered STRING,
  maturity_date STRING,
  collateral_item STRING,
  collateral_amount STRING,
  counterparty STRING,
  security_id STRING,
  source_file STRING NOT NULL,
  source_line BIGINT NOT NULL
) FROM FEED liquidity;

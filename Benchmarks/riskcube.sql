-- The tables that gen_riskcube.py's data goes into.
CREATE SCHEMA IF NOT EXISTS silver;
CREATE TABLE silver.positions (
  as_of_date DATE, trade_id VARCHAR, desk VARCHAR, book VARCHAR, legal_entity VARCHAR,
  counterparty VARCHAR, netting_set VARCHAR, product VARCHAR, asset_class VARCHAR,
  currency VARCHAR, country VARCHAR, maturity_date DATE, notional DECIMAL(18,2),
  market_value DECIMAL(18,2), pv DOUBLE, delta DOUBLE, gamma DOUBLE, vega DOUBLE, dv01 DOUBLE,
  collateral DECIMAL(18,2), is_cleared BOOLEAN, trader VARCHAR, rating VARCHAR,
  hqla_level VARCHAR
) BUSINESS DATE as_of_date;

-- Market value by desk, legal entity and counterparty, in the entity's reporting currency and in US
-- dollars. Reference rates are per euro, so both translations go through the euro.
CREATE MATERIALIZED VIEW gold.exposure BUSINESS DATE as_of_date
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT
    p.as_of_date,
    p.desk,
    p.legal_entity,
    p.counterparty,
    e.reporting_currency,
    COUNT(*) AS positions,
    SUM(CAST(p.market_value * home.per_eur / traded.per_eur AS DECIMAL(24,6))) AS market_value,
    SUM(CAST(p.market_value * dollar.per_eur / traded.per_eur AS DECIMAL(24,6))) AS market_value_usd,
    SUM(CAST(p.notional * dollar.per_eur / traded.per_eur AS DECIMAL(24,6))) AS notional_usd
  FROM silver.positions p
  JOIN ref.entities e ON e.legal_entity = p.legal_entity
  JOIN ref.fx_rates traded ON traded.as_of_date = p.as_of_date AND traded.currency = p.currency
  JOIN ref.fx_rates home ON home.as_of_date = p.as_of_date AND home.currency = e.reporting_currency
  JOIN ref.fx_rates dollar ON dollar.as_of_date = p.as_of_date AND dollar.currency = 'USD'
  GROUP BY p.as_of_date, p.desk, p.legal_entity, p.counterparty, e.reporting_currency;

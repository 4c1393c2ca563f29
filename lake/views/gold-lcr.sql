-- The liquidity coverage ratio of each legal entity on each business date, in its reporting currency.
CREATE MATERIALIZED VIEW gold.lcr BUSINESS DATE as_of_date
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT * FROM lcr(TABLE silver.liquidity_positions);

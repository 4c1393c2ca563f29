-- The liquidity coverage ratio of each legal entity on each business date, in its reporting currency.
CREATE MATERIALIZED VIEW gold.lcr BUSINESS DATE as_of_date
  KEYED BY (as_of_date, legal_entity)
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  EXPECT lcr_at_least_100 CHECK (lcr >= 1) ON VIOLATION WARN
  AS SELECT * FROM lcr(TABLE silver.liquidity_positions);

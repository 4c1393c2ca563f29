-- The net stable funding ratio of each legal entity on each business date, in its reporting currency.
CREATE MATERIALIZED VIEW gold.nsfr BUSINESS DATE as_of_date
  KEYED BY (as_of_date, legal_entity)
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  EXPECT nsfr_at_least_100 CHECK (nsfr >= 1) ON VIOLATION WARN
  AS SELECT * FROM nsfr(TABLE silver.nsfr_positions);

-- Curves of each business date by tenor, from the day's quotes.
CREATE MATERIALIZED VIEW gold.curves BUSINESS DATE as_of_date
  KEYED BY (as_of_date, curve, tenor)
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT * FROM curve_build(output => 'rates');

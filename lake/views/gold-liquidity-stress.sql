-- What each named scenario leaves of the buffer after 30 days, and how long it lasts.
CREATE MATERIALIZED VIEW gold.liquidity_stress BUSINESS DATE as_of_date
  KEYED BY (as_of_date, scenario, legal_entity, currency)
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT * FROM liquidity_stress(TABLE (SELECT
    as_of_date,
    legal_entity,
    position_id AS flow_id,
    currency,
    CASE side WHEN 'hqla' THEN 'capacity' ELSE side END AS side,
    item,
    amount,
    maturity_date AS due_date
  FROM silver.liquidity_positions
  WHERE side <> 'hqla' OR NOT encumbered), currencies => 'together', base => 'behavioural');

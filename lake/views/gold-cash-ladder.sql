-- Maturity ladders of each legal entity, contractual and behavioural, in its reporting currency, from
-- the balances that the liquidity coverage ratio is made of.
CREATE MATERIALIZED VIEW gold.cash_ladder BUSINESS DATE as_of_date
  KEYED BY (as_of_date, legal_entity, currency, ladder, bucket)
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT * FROM cash_ladder(TABLE (SELECT
    as_of_date,
    legal_entity,
    position_id AS flow_id,
    currency,
    CASE side WHEN 'hqla' THEN 'capacity' ELSE side END AS side,
    item,
    amount,
    maturity_date AS due_date
  FROM silver.liquidity_positions
  WHERE side <> 'hqla' OR NOT encumbered), currencies => 'together');

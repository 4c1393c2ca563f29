-- Key-rate sensitivities of swaps and bonds by desk, legal entity and counterparty: by quote (par) and
-- by zero rate.
CREATE MATERIALIZED VIEW gold.key_rates BUSINESS DATE as_of_date
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT as_of_date, desk, legal_entity, counterparty, convention, curve, key,
    SUM(dv01) AS dv01
  FROM (
    SELECT r.as_of_date, t.desk, t.legal_entity, t.counterparty, r.convention, r.curve, r.key, r.dv01
    FROM swap_risk(TABLE silver.swap_legs, output => 'key_rates') r
    JOIN silver.trades t ON t.as_of_date = r.as_of_date AND t.trade_id = r.trade_id
    UNION ALL
    SELECT r.as_of_date, p.desk, p.legal_entity, p.counterparty, r.convention, r.curve, r.key, r.dv01
    FROM bond_risk(TABLE (SELECT
    p.as_of_date, p.position_id, p.face, i.coupon, i.frequency, i.day_count, i.issue_date, i.maturity_date,
    i.calendar, i.settlement_days, p.clean_price, i.discount_curve, 'following' AS roll
  FROM silver.bond_positions p
  JOIN silver.instruments i ON i.instrument_id = p.instrument_id), output => 'key_rates') r
    JOIN silver.bond_positions p ON p.as_of_date = r.as_of_date AND p.position_id = r.position_id
  ) keyed
  WHERE dv01 <> 0
  GROUP BY as_of_date, desk, legal_entity, counterparty, convention, curve, key;

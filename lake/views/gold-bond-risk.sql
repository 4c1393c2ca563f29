-- Price, yield and sensitivities of each bond held, by the latest version of its terms.
CREATE MATERIALIZED VIEW gold.bond_risk BUSINESS DATE as_of_date
  KEYED BY (as_of_date, position_id)
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT r.as_of_date, r.position_id, p.instrument_id, p.desk, p.legal_entity, p.counterparty,
    r.currency, r.clean_price, r.accrued, r.yield, r.z_spread, r.modified_duration, r.convexity, r.npv,
    r.dv01, r.dv01_bumped, r.dv01_zero
  FROM bond_risk(TABLE (SELECT
    p.as_of_date, p.position_id, p.face, i.coupon, i.frequency, i.day_count, i.issue_date, i.maturity_date,
    i.calendar, i.settlement_days, p.clean_price, i.discount_curve, 'following' AS roll
  FROM silver.bond_positions p
  JOIN silver.instruments i ON i.instrument_id = p.instrument_id)) r
  JOIN silver.bond_positions p ON p.as_of_date = r.as_of_date AND p.position_id = r.position_id;

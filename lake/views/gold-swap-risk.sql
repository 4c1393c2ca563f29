-- Value and sensitivities of each swap, with who has it.
CREATE MATERIALIZED VIEW gold.swap_risk BUSINESS DATE as_of_date
  KEYED BY (as_of_date, trade_id)
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS SELECT r.as_of_date, r.trade_id, t.desk, t.legal_entity, t.counterparty, r.currency, r.npv, r.dv01,
    r.dv01_bumped, r.dv01_zero, r.fair_rate, r.annuity
  FROM swap_risk(TABLE silver.swap_legs) r
  JOIN silver.trades t ON t.as_of_date = r.as_of_date AND t.trade_id = r.trade_id;

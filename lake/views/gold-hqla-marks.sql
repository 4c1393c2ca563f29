-- The Treasuries of the buffer, marked at the published par yield of their tenor on a coupon date:
-- the coupons are an annuity, the face is discounted; yields are semi-annual, bond equivalent.
CREATE MATERIALIZED VIEW gold.hqla_marks BUSINESS DATE as_of_date
  REFRESH EVERY '30 minutes' FRESH WITHIN '30 minutes'
  AS WITH discounted AS (
    SELECT b.as_of_date, b.security_id, b.legal_entity, b.tenor, b.currency, b.coupon, b.face, y.par_yield,
      y.par_yield / 200 AS rate,
      POWER(1 + y.par_yield / 200, -b.periods) AS discount
    FROM silver.hqla_bonds b
    JOIN ref.treasury_yields y ON y.as_of_date = b.as_of_date AND y.tenor = b.tenor
  )
  SELECT as_of_date, security_id, legal_entity, tenor, currency, coupon, face, par_yield,
    CAST(coupon AS DOUBLE) / 2 * (1 - discount) / rate + 100 * discount AS price,
    CAST(face AS DOUBLE) / 100
      * (CAST(coupon AS DOUBLE) / 2 * (1 - discount) / rate + 100 * discount) AS value
  FROM discounted;

-- title: A bond's terms are corrected: its accrued interest of 17 June before and after
-- shows: version 2 of the instrument has another day count; every date is valued again
SELECT 'as reported' AS known, position_id, instrument_id, CAST(accrued AS DECIMAL(12,6)) AS accrued,
  CAST(npv AS DECIMAL(18,2)) AS npv
FROM gold.bond_risk AS OF DATE '2025-06-17' AS KNOWN AT TAG 'eod-2025-06-17'
WHERE instrument_id LIKE '%-16'
UNION ALL
SELECT 'as known now', position_id, instrument_id, CAST(accrued AS DECIMAL(12,6)), CAST(npv AS DECIMAL(18,2))
FROM gold.bond_risk AS OF DATE '2025-06-17' AS KNOWN AT TAG 'restated-2025-06-17'
WHERE instrument_id LIKE '%-16'
ORDER BY position_id, known DESC;

-- Records as sent, unreadable and incomplete ones, and Parquet rows, by day of arrival
WITH sent AS (
  SELECT dt,
    COUNT(*) AS records,
    count_if(sensor_id IS NULL AND temperature IS NULL AND humidity IS NULL AND "timestamp" IS NULL
      AND location IS NULL) AS unreadable,
    count_if(sensor_id IS NULL OR temperature IS NULL OR humidity IS NULL OR "timestamp" IS NULL
      OR location IS NULL) AS incomplete
  FROM sensor_data_raw
  WHERE dt >= CAST(date_add('day', -30, current_date) AS varchar)
  GROUP BY dt
), delivered AS (
  SELECT dt, COUNT(*) AS parquet_rows
  FROM sensor_data
  WHERE dt >= CAST(date_add('day', -30, current_date) AS varchar)
  GROUP BY dt
)
SELECT COALESCE(sent.dt, delivered.dt) AS dt,
  COALESCE(sent.records, 0) AS records,
  COALESCE(sent.unreadable, 0) AS unreadable,
  COALESCE(sent.incomplete, 0) - COALESCE(sent.unreadable, 0) AS incomplete,
  COALESCE(delivered.parquet_rows, 0) AS parquet_rows
FROM sent FULL JOIN delivered ON sent.dt = delivered.dt
ORDER BY 1 DESC

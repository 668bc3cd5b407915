-- Parquet objects of the last thirty days, their readings, and those with fewer than 10000 readings, by day
WITH objects AS (
  SELECT dt, "$path" AS object_path, COUNT(*) AS readings
  FROM sensor_data
  WHERE dt >= CAST(date_add('day', -30, current_date) AS varchar)
  GROUP BY dt, "$path"
)
SELECT dt,
  COUNT(*) AS objects,
  count_if(readings < 10000) AS small_objects,
  SUM(readings) AS readings,
  AVG(readings) AS readings_an_object
FROM objects
GROUP BY dt
ORDER BY dt DESC

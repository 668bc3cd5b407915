-- What the roll-up lacks of the last week's closed hours: readings that came late, or hours that did not run
WITH counted AS (
  SELECT date_trunc('hour', "timestamp") AS hour, sensor_id, location, COUNT(*) AS readings
  FROM sensor_data
  WHERE dt >= CAST(date_add('day', -7, current_date) AS varchar)
    AND "timestamp" >= CAST(date_add('day', -6, current_date) AS timestamp)
    AND "timestamp" < date_trunc('hour', date_add('minute', -15, CAST(current_timestamp AS timestamp)))
  GROUP BY 1, 2, 3
), rolled AS (
  SELECT hour, sensor_id, location, readings + COALESCE(out_of_range, 0) AS readings
  FROM sensor_hourly
  WHERE dt >= CAST(date_add('day', -7, current_date) AS varchar)
)
SELECT counted.hour, counted.sensor_id, counted.location,
  counted.readings - COALESCE(rolled.readings, 0) AS late_readings
FROM counted LEFT JOIN rolled
  ON rolled.hour = counted.hour
  AND rolled.sensor_id IS NOT DISTINCT FROM counted.sensor_id
  AND rolled.location IS NOT DISTINCT FROM counted.location
WHERE counted.readings > COALESCE(rolled.readings, 0)
ORDER BY 1, 2, 3

-- Each hour: the hour before the scheduled time, by sensor and location; nothing when the roll-up has that hour
INSERT INTO sensor_hourly
SELECT date_trunc('hour', "timestamp") AS hour,
  sensor_id,
  location,
  COUNT(*) AS readings,
  MIN(temperature) AS temperature_min,
  MAX(temperature) AS temperature_max,
  -- A sum of decimals is the same in every order.
  CAST(AVG(CAST(temperature AS decimal(18, 6))) AS double) AS temperature_mean,
  approx_percentile(temperature, 0.95) AS temperature_p95,
  count_if(temperature > {alertThresholdCelsius}) AS alerts,
  date_format(date_trunc('hour', "timestamp"), '%Y-%m-%d') AS dt
FROM sensor_data
-- A partition is the day on which the first record of an object arrived, at most an hour before the reading was taken
WHERE dt >= date_format(date_add('hour', -1, {hour}), '%Y-%m-%d')
  AND "timestamp" >= {hour}
  AND "timestamp" < date_add('hour', 1, {hour})
  AND NOT EXISTS (
    SELECT 1 FROM sensor_hourly AS rolled
    WHERE rolled.dt = date_format({hour}, '%Y-%m-%d') AND rolled.hour = {hour}
  )
GROUP BY date_trunc('hour', "timestamp"), sensor_id, location

-- Each hour: of the two hours before the scheduled time those that the roll-up does not have, by sensor and location
INSERT INTO sensor_hourly
SELECT date_trunc('hour', "timestamp") AS hour,
  sensor_id,
  location,
  COUNT({temperature}) AS readings,
  MIN({temperature}) AS temperature_min,
  MAX({temperature}) AS temperature_max,
  -- A sum of decimals is the same in every order.
  CAST(AVG(CAST({temperature} AS decimal(18, 6))) AS double) AS temperature_mean,
  approx_percentile({temperature}, 0.95) AS temperature_p95,
  count_if({temperature} > {alertThresholdCelsius}) AS alerts,
  COUNT(*) - COUNT({temperature}) AS out_of_range,
  date_format(date_trunc('hour', "timestamp"), '%Y-%m-%d') AS dt
FROM sensor_data
-- A partition is the day on which the first record of an object arrived: at most an hour before the reading was taken.
-- What arrives more than a week later stays out, so that an hour of long ago does not read all that came since.
WHERE dt >= date_format(date_add('hour', -2, {hour}), '%Y-%m-%d')
  AND dt <= date_format(date_add('day', 7, {hour}), '%Y-%m-%d')
  AND "timestamp" >= date_add('hour', -1, {hour})
  AND "timestamp" < date_add('hour', 1, {hour})
  AND date_trunc('hour', "timestamp") NOT IN (
    SELECT rolled.hour FROM sensor_hourly AS rolled
    WHERE rolled.dt >= date_format(date_add('hour', -1, {hour}), '%Y-%m-%d')
      AND rolled.hour >= date_add('hour', -1, {hour})
  )
GROUP BY date_trunc('hour', "timestamp"), sensor_id, location

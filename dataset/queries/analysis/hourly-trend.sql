-- Readings and temperature by hour over the last seven days, from the roll-up
SELECT hour,
  SUM(readings) AS readings,
  MIN(temperature_min) AS temperature_min,
  SUM(temperature_mean * readings) / SUM(readings) AS temperature_mean,
  MAX(temperature_max) AS temperature_max,
  SUM(alerts) AS alerts
FROM sensor_hourly
WHERE dt >= CAST(date_add('day', -7, current_date) AS varchar)
GROUP BY hour
ORDER BY hour DESC

-- The ten hottest locations of the last seven days, from the roll-up
SELECT location,
  SUM(temperature_mean * readings) / SUM(readings) AS temperature_mean,
  MAX(temperature_max) AS temperature_max,
  SUM(alerts) AS alerts,
  SUM(readings) AS readings
FROM sensor_hourly
WHERE dt >= CAST(date_add('day', -7, current_date) AS varchar)
GROUP BY location
ORDER BY temperature_mean DESC
LIMIT 10

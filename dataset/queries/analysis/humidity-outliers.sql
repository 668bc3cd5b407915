-- Readings of the last seven days whose humidity is over three standard deviations from their location's mean
WITH compared AS (
  SELECT sensor_id, location, "timestamp", humidity,
    AVG(humidity) OVER (PARTITION BY location) AS humidity_mean,
    STDDEV(humidity) OVER (PARTITION BY location) AS humidity_deviation
  FROM sensor_data
  WHERE dt >= CAST(date_add('day', -7, current_date) AS varchar)
)
SELECT sensor_id, location, "timestamp", humidity, humidity_mean,
  (humidity - humidity_mean) / humidity_deviation AS deviations
FROM compared
WHERE humidity_deviation > 0 AND ABS(humidity - humidity_mean) > 3 * humidity_deviation
ORDER BY ABS((humidity - humidity_mean) / humidity_deviation) DESC

-- Sensors of the last seven days that have sent nothing for ten minutes, longest silence first
SELECT sensor_id,
  max_by(location, "timestamp") AS location,
  MAX("timestamp") AS last_reading,
  date_diff('minute', MAX("timestamp"), CAST(current_timestamp AS timestamp)) AS minutes_silent
FROM sensor_data
WHERE dt >= CAST(date_add('day', -7, current_date) AS varchar)
GROUP BY sensor_id
HAVING MAX("timestamp") < date_add('minute', -10, CAST(current_timestamp AS timestamp))
ORDER BY last_reading

-- Readings above a temperature in degrees Celsius since a day, newest first
SELECT sensor_id, temperature, location, "timestamp"
FROM sensor_data
WHERE temperature > /* threshold */ ? AND dt >= /* since */ ?
ORDER BY "timestamp" DESC

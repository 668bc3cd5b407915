-- Readings above 30.0 degrees Celsius, newest first
SELECT sensor_id, temperature, location, "timestamp"
FROM sensor_data
WHERE temperature > 30.0
ORDER BY "timestamp" DESC

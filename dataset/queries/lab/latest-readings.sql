-- The ten latest readings
SELECT sensor_id, temperature, humidity, "timestamp", location
FROM sensor_data
ORDER BY "timestamp" DESC
LIMIT 10

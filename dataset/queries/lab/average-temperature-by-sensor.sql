-- Average temperature by sensor, warmest first
SELECT sensor_id, AVG(temperature) AS average_temperature, COUNT(*) AS readings
FROM sensor_data
GROUP BY sensor_id
ORDER BY average_temperature DESC

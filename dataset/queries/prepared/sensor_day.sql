-- One sensor's readings that arrived on one day, oldest first
SELECT "timestamp", temperature, humidity, location
FROM sensor_data
WHERE sensor_id = /* sensor */ ? AND dt = /* day */ ?
ORDER BY "timestamp"

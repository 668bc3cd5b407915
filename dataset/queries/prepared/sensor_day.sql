-- One sensor's readings that arrived on one day, in their order
SELECT "timestamp", temperature, humidity, location
FROM sensor_data
WHERE sensor_id = /* sensor */ ? AND dt = /* day */ ?
ORDER BY "timestamp"

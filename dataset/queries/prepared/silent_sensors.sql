-- Sensors that have sent nothing for a number of minutes, longest silence first
SELECT sensor_id, MAX("timestamp") AS last_reading
FROM sensor_data
GROUP BY sensor_id
HAVING date_diff('minute', MAX("timestamp"), CAST(current_timestamp AS timestamp)) >= /* minutes */ ?
ORDER BY last_reading

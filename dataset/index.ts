export { type Column, columnsOfSchema, sensorColumns } from "./columns";
export { encodeReading, partitionKeyField, type SensorReading, sensorReading } from "./reading";

export { type Column, columnsOf, sensorColumns } from "./columns";
export { encodeReading, partitionKeyField, type SensorReading, sensorReading } from "./reading";

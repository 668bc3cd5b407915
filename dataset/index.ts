export { columnsOfSchema, type ReadingColumn, sensorColumns } from "./columns";
export { encodeReading, partitionKeyField, type SensorReading, sensorReading } from "./reading";

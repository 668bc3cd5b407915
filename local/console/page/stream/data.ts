import type { RecordData } from "../../api";

/** A record's data on one line. */
export const oneLine = ({ text, base64 = "" }: RecordData): string => text?.trim() ?? base64;

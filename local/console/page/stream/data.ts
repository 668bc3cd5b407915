import type { RecordData } from "../../api";
import { printable } from "../text/printable";

/** A record's data on one line. */
export const oneLine = ({ text, base64 = "" }: RecordData): string => printable(text?.trim() ?? base64);

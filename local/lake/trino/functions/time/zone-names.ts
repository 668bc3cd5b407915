import { cached } from "../../../cached";
import { floorDivide } from "../../types/text/calendar";
import { fixedOffset } from "../../types/text/zones";

/** The name of a zone at an instant, as Java writes it: `Central European Summer Time`, or short `CEST`. */
export function zoneName(zone: string, instant: bigint, style: "long" | "short"): string {
  if (fixedOffset(zone) !== undefined)
    return zone === "UTC" && style === "long" ? "Coordinated Universal Time" : zone;
  const millis = Number(floorDivide(instant, 1000n));
  const written = (format: Intl.DateTimeFormat) =>
    format.formatToParts(millis).find(({ type }) => type === "timeZoneName")?.value ?? zone;
  const name = written(longNames(zone));
  return style === "long" ? name : (shortNames[name] ?? written(offsets(zone)));
}

const longNames = cached(
  (timeZone: string) => new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "long" }),
);
const offsets = cached(
  (timeZone: string) => new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" }),
);

/** Short names by the long ones. Zones without one have their offset, such as `GMT+04:00`. */
const shortNames: Readonly<Record<string, string>> = {
  "Alaska Daylight Time": "AKDT",
  "Alaska Standard Time": "AKST",
  "American Samoa Standard Time": "SST",
  "Atlantic Daylight Time": "ADT",
  "Atlantic Standard Time": "AST",
  "Australian Central Daylight Time": "ACDT",
  "Australian Central Standard Time": "ACST",
  "Australian Eastern Daylight Time": "AEDT",
  "Australian Eastern Standard Time": "AEST",
  "Australian Western Standard Time": "AWST",
  "British Summer Time": "BST",
  "Central Africa Time": "CAT",
  "Central Daylight Time": "CDT",
  "Central European Standard Time": "CET",
  "Central European Summer Time": "CEST",
  "Central Indonesia Time": "WITA",
  "Central Standard Time": "CST",
  "Chamorro Standard Time": "ChST",
  "China Standard Time": "CST",
  "Coordinated Universal Time": "UTC",
  "Cuba Daylight Time": "CDT",
  "Cuba Standard Time": "CST",
  "East Africa Time": "EAT",
  "Eastern Daylight Time": "EDT",
  "Eastern European Standard Time": "EET",
  "Eastern European Summer Time": "EEST",
  "Eastern Indonesia Time": "WIT",
  "Eastern Standard Time": "EST",
  "Greenwich Mean Time": "GMT",
  "Hawaii-Aleutian Daylight Time": "HADT",
  "Hawaii-Aleutian Standard Time": "HST",
  "Hong Kong Standard Time": "HKT",
  "India Standard Time": "IST",
  "Irish Standard Time": "IST",
  "Israel Daylight Time": "IDT",
  "Israel Standard Time": "IST",
  "Japan Standard Time": "JST",
  "Korean Standard Time": "KST",
  "Mexican Pacific Standard Time": "MST",
  "Moscow Standard Time": "MSK",
  "Mountain Daylight Time": "MDT",
  "Mountain Standard Time": "MST",
  "New Zealand Daylight Time": "NZDT",
  "New Zealand Standard Time": "NZST",
  "Newfoundland Daylight Time": "NDT",
  "Newfoundland Standard Time": "NST",
  "Pacific Daylight Time": "PDT",
  "Pacific Standard Time": "PST",
  "Pakistan Standard Time": "PKT",
  "Philippine Standard Time": "PST",
  "South Africa Standard Time": "SAST",
  "Taiwan Standard Time": "CST",
  "West Africa Time": "WAT",
  "Western European Standard Time": "WET",
  "Western European Summer Time": "WEST",
  "Western Indonesia Time": "WIB",
  "Yukon Time": "MST",
};

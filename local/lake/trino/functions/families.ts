import { approximations } from "./aggregates/approximate";
import { checksums } from "./aggregates/checksum";
import { general } from "./aggregates/general";
import { mapAggregates } from "./aggregates/maps";
import { statistics } from "./aggregates/statistics";
import { windows } from "./aggregates/windows";
import { binary } from "./binary/functions";
import { arrays } from "./collections/arrays";
import { lambdas } from "./collections/lambdas";
import { maps } from "./collections/maps";
import { sequences } from "./collections/sequences";
import { vectors } from "./collections/vectors";
import { points } from "./geometry/points";
import type { Family } from "./implementation";
import { jsons } from "./json/functions";
import { bitwise } from "./numbers/bitwise";
import { math } from "./numbers/math";
import { probability } from "./numbers/probability";
import { randomness } from "./numbers/random";
import { rounding } from "./numbers/rounding";
import { regex } from "./regex/functions";
import { colors } from "./text/colors";
import { similarity } from "./text/similarity";
import { stemming } from "./text/stemming";
import { strings } from "./text/strings";
import { unicode } from "./text/unicode";
import { quantities } from "./text/units";
import { urls } from "./text/url";
import { fields } from "./time/fields";
import { timeFormatting } from "./time/formats";
import { iso } from "./time/iso";
import { units } from "./time/units";
import { zoneFunctions } from "./time/zones";
import { comparisons } from "./types";

/** All functions that are implemented here, by name. */
export const families: Family = {
  ...approximations,
  ...arrays,
  ...binary,
  ...bitwise,
  ...checksums,
  ...colors,
  ...comparisons,
  ...fields,
  ...timeFormatting,
  ...general,
  ...iso,
  ...jsons,
  ...lambdas,
  ...mapAggregates,
  ...maps,
  ...math,
  ...points,
  ...probability,
  ...quantities,
  ...randomness,
  ...regex,
  ...rounding,
  ...sequences,
  ...similarity,
  ...statistics,
  ...stemming,
  ...strings,
  ...unicode,
  ...units,
  ...urls,
  ...vectors,
  ...windows,
  ...zoneFunctions,
};

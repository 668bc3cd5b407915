import type { Family } from "./implementation";

/** Every function that is answered here, by name. */
export const families: Family = {};

/**
 * How an argument is treated on this machine. `run`: it has the same effect as on AWS. `noted`: it is read, shown or
 * checked, but has no other effect. `not run`: it has no effect.
 */
export type Treatment = "run" | "noted" | "not run";

/**
 * The paths of the arguments of each resource type, by treatment. A path also covers everything below it, unless a
 * longer path says otherwise.
 */
export type Treatments = Readonly<Record<string, Readonly<Record<Treatment, readonly string[]>>>>;

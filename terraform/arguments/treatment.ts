/**
 * What becomes of an argument on this machine: it does what it does on AWS, it is read and shown or checked and changes
 * nothing else, or it has no effect.
 */
export type Treatment = "run" | "kept" | "not run";

/**
 * Of each type of resource the paths of its arguments, by treatment; each stands for what is below it too, unless a longer
 * path says otherwise.
 */
export type Treatments = Readonly<Record<string, Readonly<Record<Treatment, readonly string[]>>>>;

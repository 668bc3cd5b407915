import { join, resolve } from "node:path";

const root = join(__dirname, "../..");

/**
 * The arguments with which Node runs a program in TypeScript as npm's scripts do, from whatever folder.
 *
 * @param path From the project's folder, or absolute.
 */
export const program = (path: string): string[] => [join(root, "scripts/run.cjs"), resolve(root, path)];

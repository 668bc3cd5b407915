import { join } from "node:path";

/** Folder of the page's files as they are built. */
export const pageFolder = (): string => join(__dirname, "page", "dist");

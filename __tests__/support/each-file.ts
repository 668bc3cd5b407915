import { afterAll } from "vitest";
import { removeFolders } from "./folders";

/** What Vitest runs in each test file before the file itself. */
afterAll(removeFolders);

/**
 * A page in the browser that shows a stack while it runs, and its server.
 *
 * ```ts
 * const console = await openConsole({ port: 4580 });
 * console.show(await endpoint.answerFor(read, runner));
 * // … open console.url …
 * await console.close();
 * ```
 */
export { type Console, type ConsoleOptions, openConsole } from "./console";
export type { Simulator } from "./simulator";

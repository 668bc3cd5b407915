import type { SimulatorFor } from "../run/run";

/** The simulator of the sensors. Its code is loaded only when the console shows a stack. */
export const simulatorFor: SimulatorFor = async (stack, runner) =>
  (await import("./simulator.js")).readingSimulator(stack, runner);

import type { SimulatorFor } from "../run/run";

/** The sensors' simulator, which is loaded when a stack is shown. */
export const simulatorFor: SimulatorFor = async (stack, runner) =>
  (await import("./simulator.js")).readingSimulator(stack, runner);

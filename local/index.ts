export { loadStack, StackError } from "./stack/index";
export type * from "./stack/types";

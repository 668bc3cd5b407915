/** The door of the functions: how a call is resolved, and how JavaScript functions get into DuckDB. */
export type {
  CallArgument,
  Clauses,
  EmitContext,
  EmittedArgument,
  FunctionKind,
  JavaScriptFunction,
  ParameterType,
  ResolvedCall,
} from "./contract";
export { callJavaScript, firstColumnOf } from "./javascript/call";
export { registerFunctions, sqlName, takeUncaught } from "./javascript/register";
export { resolveCall } from "./resolve";

/** The public interface of the functions: it resolves calls and registers JavaScript functions in DuckDB. */
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

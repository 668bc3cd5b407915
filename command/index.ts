export {
  type Action,
  defineCommand,
  endHelpWith,
  type Io,
  type Program,
  readFlags,
  runAlone,
  runCommands,
} from "./command";
export {
  credentialsMessage,
  describeFailure,
  type ErrorClass,
  type Failure,
  type FailureOptions,
  Interruption,
  UsageError,
  UserError,
} from "./errors";
export { choicesOf, flag, number, oneOf, type Reader, repeatedFlag, url, wholeNumber } from "./flags";
export { npmScript } from "./npm";
export { suggestion } from "./suggestion";

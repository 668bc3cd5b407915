export { abortable, pause, Signal } from "./signal";
export { TokenBucket } from "./token-bucket";

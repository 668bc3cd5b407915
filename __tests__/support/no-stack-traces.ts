import { createRequire } from "node:module";

// CDKTF records a stack trace for each of its tokens, which takes half of a synthesis and which no test reads.
createRequire(__filename)("cdktf/lib/tokens/private/stack-trace").captureStackTrace = () => [];

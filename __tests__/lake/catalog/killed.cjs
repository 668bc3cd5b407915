/**
 * `node --require killed.cjs …`: kills its own process with SIGKILL at the KILL_AT-th call that changes files below KILL_BELOW,
 * before the call, or after it where KILL_AFTER is set.
 */
const fs = require("node:fs/promises");

const { KILL_AT = "0", KILL_BELOW = "", KILL_AFTER } = process.env;
let calls = 0;

const counted = (target, name, path) => {
  const call = target[name];
  target[name] = async function (...args) {
    if (!path && !String(args[0]).startsWith(KILL_BELOW)) return call.apply(this, args);
    const isLast = ++calls === Number(KILL_AT);
    if (isLast && !KILL_AFTER) process.kill(process.pid, "SIGKILL");
    const result = await call.apply(this, args);
    if (isLast) process.kill(process.pid, "SIGKILL");
    return result;
  };
};

for (const name of ["mkdir", "link", "rename", "rm"]) counted(fs, name);
const { open } = fs;
fs.open = async (path, ...args) => {
  const handle = await open(path, ...args);
  if (String(path).startsWith(KILL_BELOW))
    for (const name of ["writeFile", "sync", "close"]) counted(handle, name, path);
  return handle;
};

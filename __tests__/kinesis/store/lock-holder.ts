// Takes the lock given, says "mine" or why not, and holds it until it is killed.
import { takeLock } from "../../../local/kinesis/store/lock";

try {
  takeLock(process.argv[2] ?? "");
  process.send?.("mine");
} catch (error) {
  process.send?.((error as Error).message);
}
setInterval(() => {}, 60_000);

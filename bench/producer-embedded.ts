import type { AddressInfo } from "node:net";
import kinesalite from "kinesalite";

/** The embedded Kinesis in a process of its own, in memory. */
const server = kinesalite({ createStreamMs: 0, shardLimit: 1_000 });
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit());

declare module "kinesalite" {
  import type { Server } from "node:http";

  interface Options {
    /** Folder of its store. @default - kept in memory */
    path?: string;
    createStreamMs?: number;
    updateStreamMs?: number;
    shardLimit?: number;
  }

  export default function kinesalite(options?: Options): Server;
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { temporaryFolder } from "../folders";
import { openSchemaGateway } from "./schema-gateway";

/** Terraform's AWS provider, running on between Terraform's commands. */
export interface Provider {
  /** What has Terraform use it: https://developer.hashicorp.com/terraform/plugin/debugging */
  readonly env: Readonly<Record<"TF_REATTACH_PROVIDERS", string>>;
  kill(): Promise<void>;
}

/**
 * Starts the provider for many commands. By itself Terraform starts it up to three times for each command, and each
 * time reads the schemas of 1,500 types of resources, which takes two thirds of the CPU of a plan.
 *
 * @param cwd The configuration's folder, from which its archives' paths go.
 * @param env The provider's whole environment: that of Terraform's commands does not reach it.
 * @param usedTypes The types that the configuration or its state has, whenever Terraform asks for schemas.
 */
export async function startProvider(
  program: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  usedTypes: () => ReadonlySet<string>,
): Promise<Provider> {
  const folder = temporaryFolder();
  const child = spawn(program, ["-debug"], {
    cwd,
    // The provider has half a GiB of its own, and others run beside it.
    env: { ...env, PLUGIN_UNIX_SOCKET_DIR: folder, GOMEMLIMIT: "768MiB" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const { Addr: address, ...description } = await new Promise<Description>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk;
      const [, printed] = /TF_REATTACH_PROVIDERS='(.*)'/.exec(output) ?? [];
      if (printed) resolve(Object.values<Description>(JSON.parse(printed))[0] as Description);
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the provider did not start: ${output}`)));
  });
  const socket = join(folder, "provider");
  const gateway = await openSchemaGateway(address.String, socket, usedTypes);
  const attached = { ...description, Addr: { Network: "unix", String: socket } };
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify({ "hashicorp/aws": attached }) },
    kill: async () => {
      process.off("exit", end);
      const exited = once(child, "exit");
      end();
      await exited;
      gateway.close();
    },
  };
}

interface Description {
  readonly Addr: { readonly String: string };
}

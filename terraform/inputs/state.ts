import { dirname } from "node:path";
import type { Document } from "../document";
import { StackError } from "../errors";
import type { JsonFile } from "./configuration";
import { outputsOf } from "./plan";
import {
  type ShownModule,
  type ShownResource,
  shownAccount,
  shownBlocks,
  shownRegion,
  shownResources,
} from "./shown";

/** `terraform.tfstate` of version 4, which Terraform writes since 0.12. */
interface StateFile {
  readonly resources?:
    | readonly {
        readonly module?: string;
        readonly mode?: string;
        readonly type: string;
        readonly name: string;
        readonly instances?: readonly {
          readonly index_key?: string | number;
          readonly attributes?: Readonly<Record<string, unknown>> | null;
          /** Set of what another object has taken the place of, and is still to be destroyed. */
          readonly deposed?: string;
        }[];
      }[]
    | null;
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** `terraform show -json` of a state: https://developer.hashicorp.com/terraform/internals/json-format#state-representation */
interface ShownState {
  readonly values?: {
    readonly root_module?: ShownModule;
    readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
  };
}

/**
 * What a deployment has, everything known: a state file, or Terraform's JSON of one.
 *
 * @throws StackError for a file that can't be read as it is.
 */
export function readState({ file, json }: JsonFile): Document {
  if ("encrypted_data" in json) throw new StackError(`${file} is encrypted: give terraform show -json of it`);
  if (typeof json.version === "number" && json.version < 4)
    throw new StackError(
      `${file} is a state of version ${json.version}, from before Terraform 0.12: give terraform show -json of it`,
    );
  const shown = json as ShownState;
  const raw = json as StateFile;
  const all = shown.values ? shownResources(shown.values.root_module) : resourcesOf(raw);
  return {
    folder: dirname(file),
    resources: shownBlocks(all.filter(({ mode }) => mode !== "data")),
    data: shownBlocks(all.filter(({ mode }) => mode === "data")),
    locals: {},
    variables: new Map(),
    given: new Map(),
    outputs: outputsOf(shown.values?.outputs ?? raw.outputs),
    providers: new Map(),
    isPlanned: true,
    notRead: [],
    region: shownRegion(all),
    accountId: shownAccount(all),
  };
}

function resourcesOf({ resources }: StateFile): ShownResource[] {
  return (resources ?? []).flatMap(({ module, mode, type, name, instances = [] }) =>
    instances
      .filter(({ deposed }) => deposed === undefined)
      .map(({ index_key: key, attributes }) => ({
        address:
          (module ? `${module}.` : "") +
          (mode === "data" ? "data." : "") +
          `${type}.${name}${key === undefined ? "" : `[${JSON.stringify(key)}]`}`,
        mode: mode ?? "managed",
        type,
        values: attributes ?? {},
      })),
  );
}

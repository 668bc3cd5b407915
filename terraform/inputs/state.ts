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

/** A `terraform.tfstate` in version 4 of the format, which Terraform has written since 0.12. */
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
          /** Present only for an object that has been replaced by another one and is still to be destroyed. */
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
 * Reads a deployment, in which every value is known, from a state file or from `terraform show -json` of a state.
 *
 * @throws StackError for a file that is encrypted or in another format.
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

import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Document } from "../document";
import { StackError } from "../errors";
import { isObject } from "../values";
import { documentOfFiles, type JsonFile, jsonFiles } from "./configuration";
import { readPlan } from "./plan";
import { readState } from "./state";

/** Name of the state file that Terraform stores next to a configuration. */
export const stateName = "terraform.tfstate";

/** The kind of a JSON file of Terraform. */
export type Kind = "configuration" | "plan" | "state";

/**
 * Reads a stack from a file or folder of Terraform JSON, from the output of `terraform show -json` for a plan or a state,
 * or from a state file or its folder.
 *
 * @param expected The kind that the input must have. @default any
 * @throws StackError when there is nothing to read, or the input is of another kind.
 */
export function readDocument(fileOrFolder: string, expected?: Kind): Document {
  const files = stackFiles(resolve(fileOrFolder)).map(parse);
  const [first] = files;
  const kind = first && files.length === 1 ? kindOf(first) : "configuration";
  if (first && expected !== undefined && kind !== expected)
    throw new StackError(`${first.file} is ${articles[kind]}, and not ${articles[expected]}`);
  if (first && kind === "plan") return readPlan(first);
  if (first && kind === "state") return readState(first);
  return documentOfFiles(files);
}

const articles: Readonly<Record<Kind, string>> = {
  configuration: "a configuration of Terraform",
  plan: "terraform show -json of a plan",
  state: "a state of Terraform",
};

function kindOf({ json }: JsonFile): Kind {
  if (isObject(json.planned_values)) return "plan";
  const isEncrypted = "encrypted_data" in json && "lineage" in json;
  const isState =
    isEncrypted ||
    ("terraform_version" in json && ("serial" in json || "values" in json || "lineage" in json));
  return isState ? "state" : "configuration";
}

function stackFiles(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new StackError(`there is no stack at ${path}: give a cdk.tf.json file or its folder`);
  if (!stat.isDirectory()) return [path];
  const files = jsonFiles(path);
  if (files.length > 0) return files;
  const state = join(path, stateName);
  if (!existsSync(state)) throw new StackError(`there is no *.tf.json file in ${path}`);
  return [state];
}

/** The text of a file. It may be in UTF-16, because PowerShell redirects the output of commands in this encoding. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? "utf16le" : "utf8").replace(/^\ufeff/, "");
}

function parse(file: string): JsonFile {
  const text = textOf(readFileSync(file));
  if (text.startsWith("PK"))
    throw new StackError(
      `${file} is a saved plan: terraform show -json ${file} > plan.json makes what is read here`,
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const [reason = ""] = (error as Error).message.split("\n");
    throw new StackError(
      file.endsWith(".tf")
        ? `${file} is HCL: give its folder, and Terraform plans it`
        : `${file} is not valid JSON: ${reason}`,
    );
  }
  if (!isObject(json))
    throw new StackError(`${file} is not Terraform JSON: it must be an object with "resource" blocks`);
  return { file, json };
}

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "../values";
import { endOfBlock } from "./hcl-text";

/**
 * Data sources of the AWS provider that work without AWS. Of these, only the caller's identity calls a service, STS, which
 * is simulated.
 */
const answeredHere = [
  "aws_arn",
  "aws_billing_service_account",
  "aws_caller_identity",
  "aws_cloudtrail_service_account",
  "aws_default_tags",
  "aws_elb_hosted_zone_id",
  "aws_elb_service_account",
  "aws_iam_policy_document",
  "aws_partition",
  "aws_redshift_service_account",
  "aws_region",
  "aws_service",
  "aws_service_principal",
];

/** Whether reading a data source would call AWS or the backend of a remote state. */
const isAsked = (type: string, isLocal: boolean): boolean =>
  /^(?:aws_\w+|terraform_remote_state)$/.test(type) && !answeredHere.includes(type) && !isLocal;

const header = /^[ \t]*data[ \t]+"(aws_\w+|terraform_remote_state)"[ \t]+"[\w-]+"[ \t]*\{/gm;
const later = "terraform_data.runs_here";

/**
 * Makes Terraform defer data sources that would call AWS until apply. In a copy of the configuration and its modules,
 * each such data source is made to depend on a resource that does not exist yet. The plan then contains the data
 * source's arguments, from which names and ARNs can be derived.
 *
 * https://developer.hashicorp.com/terraform/language/data-sources#data-resource-dependencies
 */
export function deferData(copy: string): void {
  const folders = new Set<string>();
  for (const file of sourcesIn(copy)) {
    const text = readFileSync(file, "utf8");
    const changed = file.endsWith(".json") ? deferInJson(text) : deferIn(text);
    if (changed === text) continue;
    writeFileSync(file, changed);
    folders.add(dirname(file));
  }
  for (const folder of folders)
    writeFileSync(join(folder, "runs_here.tf"), 'resource "terraform_data" "runs_here" {}\n');
}

/** Paths of the source files of a configuration and its modules. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(path);
    return entry.isFile() && /\.tf(?:\.json)?$/.test(entry.name) ? [path] : [];
  });
}

function deferIn(text: string): string {
  let changed = "";
  let at = 0;
  for (const match of text.matchAll(header)) {
    const start = match.index + match[0].length;
    const end = endOfBlock(text, start);
    const body = text.slice(start, end);
    if (end < 0 || !isAsked(match[1] ?? "", /\bbackend\s*=\s*"local"/.test(body))) continue;
    const depends = /\bdepends_on\s*=\s*\[/.test(body)
      ? body.replace(/\bdepends_on\s*=\s*\[/, `$&${later}, `)
      : `${body}\n  depends_on = [${later}]`;
    changed += `${text.slice(at, start)}\n${depends}\n`;
    at = end;
  }
  return changed + text.slice(at);
}

/** Defers data sources in Terraform JSON, where blocks are objects or lists of objects. */
function deferInJson(text: string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // Terraform will report what is wrong with the file.
    return text;
  }
  let isChanged = false;
  for (const types of blocksIn(isObject(document) ? document.data : undefined))
    for (const [type, named] of Object.entries(types))
      for (const body of blocksIn(named).flatMap((names) => Object.values(names).flatMap(blocksIn))) {
        if (!isAsked(type, body.backend === "local")) continue;
        body.depends_on = [...(Array.isArray(body.depends_on) ? body.depends_on : []), later];
        isChanged = true;
      }
  return isChanged ? JSON.stringify(document) : text;
}

const blocksIn = (value: unknown): Record<string, unknown>[] => [value ?? []].flat().filter(isObject);

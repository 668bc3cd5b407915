import type { Role, Stack } from "@streaming-data-lake/terraform/types";
import { type ApplicablePolicies, allowing, type Decision, decide, isTrust } from "../decide/decide";
import { CallContext, type RequestContext } from "../match/context";
import type { Principal } from "../match/principals";
import {
  type AccessRequest,
  type CompiledPolicy,
  compilePolicy,
  type StatementMatch,
} from "../match/statement";
import { accountOf, type Call, callerArn } from "./call";
import { compile, type PoliciesOfStack, parseSessionPolicy, readPolicies } from "./policies";

interface Prepared {
  readonly request: AccessRequest;
  readonly policies: ApplicablePolicies;
  /** Names something unknown that might allow the request; undefined when everything is known. */
  readonly problem: string | undefined;
  /**
   * Whether the role's own policies must allow the request in any case, because the resource belongs to another
   * account. If they are all known and do not allow it, it is denied.
   */
  readonly needsOwn: boolean;
}

/** Largest number of decisions that are kept. */
const keptDecisions = 20_000;

/** Whether a policy uses condition keys that change between otherwise identical calls. */
const asksForTime = (policy: string) => /aws:(?:CurrentTime|EpochTime)/i.test(policy);

/** Decides calls by the policies of a stack, in the account to which it is deployed. */
export class Authority {
  /** One sentence for each policy whose text is unknown. */
  readonly notes: readonly string[];
  private readonly roles: ReadonlyMap<string, Role>;
  private readonly identity: ReadonlyMap<string, readonly CompiledPolicy[]>;
  private readonly boundaries: ReadonlyMap<string, readonly CompiledPolicy[]>;
  private readonly resources: ReadonlyMap<string, readonly CompiledPolicy[]>;
  private readonly unknownRoles: ReadonlyMap<string, string>;
  private readonly unknownResources: ReadonlyMap<string, string>;
  private readonly keys: ReadonlySet<string>;
  private readonly dependsOnTime: boolean;
  private readonly decided = new Map<string, Decision>();

  constructor(
    private readonly stack: Pick<Stack, "access" | "accountId" | "functions" | "region">,
    { roles, policies, unknown }: PoliciesOfStack = readPolicies(stack),
    private readonly now: () => number = Date.now,
  ) {
    this.roles = new Map(roles.map((role) => [role.arn, role]));
    const identity = new Map<string, CompiledPolicy[]>();
    const boundaries = new Map<string, CompiledPolicy[]>();
    const resources = new Map<string, CompiledPolicy[]>();
    for (const policy of policies) {
      const { attachment } = policy;
      const [map, key] =
        attachment.kind === "identity"
          ? [identity, attachment.role]
          : attachment.kind === "boundary"
            ? [boundaries, attachment.role]
            : [resources, attachment.resource];
      map.set(key, [...(map.get(key) ?? []), compile(policy)]);
    }
    [this.identity, this.boundaries, this.resources] = [identity, boundaries, resources];
    // An unknown permissions boundary is ignored, because a boundary never grants anything.
    this.unknownRoles = new Map(
      unknown.flatMap(({ attachment, problem }) =>
        attachment.kind === "identity" ? [[attachment.role, problem]] : [],
      ),
    );
    this.unknownResources = new Map(
      unknown.flatMap(({ attachment, problem }) =>
        "resource" in attachment ? [[attachment.resource, problem]] : [],
      ),
    );
    this.notes = unknown.map(({ problem }) => `${problem}, so that what it would decide is let through`);
    this.keys = new Set(stack.access.keys);
    this.dependsOnTime = policies.some(({ document }) => asksForTime(JSON.stringify(document)));
  }

  /** Decides a call. Decisions are cached, unless policies depend on the time. */
  decide(call: Call): Decision {
    const { caller } = call;
    if (this.dependsOnTime || ("roleArn" in caller && caller.policies?.some(asksForTime)))
      return this.evaluate(call);
    const key = keyOf(call);
    return this.decided.get(key) ?? this.remember(key, this.evaluate(call));
  }

  private remember(key: string, decision: Decision): Decision {
    if (this.decided.size >= keptDecisions) this.decided.clear();
    this.decided.set(key, decision);
    return decision;
  }

  /** All statements that allow a call. Any one of them would have been enough. */
  allowing(call: Call): readonly StatementMatch[] {
    const asked = this.prepare(call);
    if (typeof asked === "string") return [];
    const { identity, resource = [] } = asked.policies;
    return allowing(asked.request, [...identity, ...resource]);
  }

  private evaluate(call: Call): Decision {
    const asked = this.prepare(call);
    if (typeof asked === "string") return undecided(asked);
    const { request, policies, problem, needsOwn } = asked;
    const decision = decide(request, policies);
    if (decision.effect !== "implicit deny" || problem === undefined) return decision;
    if (!needsOwn) return undecided(problem);
    const own = decide(request, { ...policies, resource: [], resourceDecides: false, crossAccount: false });
    return own.allowed ? undecided(problem) : own;
  }

  /** The request and the policies that apply to it, or the reason why it can't be decided. */
  private prepare(call: Call): Prepared | string {
    const { accountId } = this.stack;
    const { caller, action, resource } = call;
    const role = "roleArn" in caller ? this.roles.get(caller.roleArn) : undefined;
    if ("roleArn" in caller && !role) return `the role ${caller.roleArn} is not in this stack`;
    const account = resource === "*" ? accountId : accountOf(resource) || accountId;
    const policies: ApplicablePolicies = {
      identity: (role && this.identity.get(role.name)) ?? [],
      boundary: role && this.boundaries.get(role.name),
      session: "roleArn" in caller ? caller.policies?.map(sessionPolicy) : undefined,
      resource: this.policiesOf(resource),
      resourceDecides: isTrust(call) || this.keys.has(resource),
      crossAccount: "root" in caller ? caller.root !== account : account !== accountId,
    };
    const principal = principalOf(call, role, accountId);
    const context = new CallContext(this.ownContext(call, principal, role, account), call.context ?? {});
    const request = { principal, action, resource, context };
    const unknownRole = role && this.unknownRoles.get(role.name);
    const problem =
      unknownRole ??
      this.unknownResources.get(policyOwner(resource)) ??
      (account === accountId ? undefined : `${resource} is another account's`) ??
      (("service" in caller && !this.isOurs(resource)) || (isTrust(call) && !this.roles.has(resource))
        ? `${resource} is not in this stack`
        : undefined);
    const needsOwn = account !== accountId && role !== undefined && unknownRole === undefined;
    return { request, policies, problem, needsOwn };
  }

  /** Whether the stack contains every policy that could allow a service to use the resource. */
  private isOurs(resource: string): boolean {
    const { access, functions } = this.stack;
    const { queues, topics } = access;
    return (
      this.resources.has(policyOwner(resource)) ||
      this.roles.has(resource) ||
      [...functions, ...queues, ...topics].some(({ arn }) => arn === policyOwner(resource))
    );
  }

  /** Tags of a resource. A log stream has those of its log group. */
  private tagsOf(resource: string): Readonly<Record<string, string>> {
    return this.stack.access.tags.get(policyOwner(resource).replace(/:log-stream:.*$/, "")) ?? {};
  }

  private policiesOf(resource: string): readonly CompiledPolicy[] {
    return this.resources.get(policyOwner(resource)) ?? [];
  }

  /**
   * The condition keys that every call has.
   *
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
   */
  private ownContext(
    { caller, resource }: Call,
    principal: Principal,
    role: Role | undefined,
    resourceAccount: string,
  ): RequestContext {
    const { region } = this.stack;
    const now = this.now();
    const own: Record<string, string> = {
      "aws:SecureTransport": "true",
      "aws:RequestedRegion": region,
      "aws:ResourceAccount": resourceAccount,
      "aws:PrincipalIsAWSService": String(principal.kind === "service"),
      "aws:ViaAWSService": "false",
      "aws:CurrentTime": new Date(now).toISOString(),
      "aws:EpochTime": String(Math.floor(now / 1000)),
    };
    if (resource.startsWith("arn:aws:s3:::")) own["s3:ResourceAccount"] = resourceAccount;
    for (const [name, value] of Object.entries(this.tagsOf(resource))) own[`aws:ResourceTag/${name}`] = value;
    if ("service" in caller) own["aws:PrincipalServiceName"] = caller.service;
    if (principal.kind === "root") {
      own["aws:PrincipalArn"] = principal.arn;
      own["aws:PrincipalAccount"] = principal.account;
      own["aws:PrincipalType"] = "Account";
      own["aws:userid"] = principal.account;
    }
    if (!role || principal.kind !== "role") return own;
    own["aws:PrincipalArn"] = role.arn;
    own["aws:PrincipalAccount"] = principal.account;
    own["aws:PrincipalType"] = "AssumedRole";
    own["aws:userid"] = `LOCAL:${principal.arn.replace(/^.*\//, "")}`;
    for (const [name, value] of Object.entries(role.tags)) own[`aws:PrincipalTag/${name}`] = value;
    return "roleArn" in caller ? { ...own, ...caller.context } : own;
  }
}

function principalOf(call: Call, role: Role | undefined, account: string): Principal {
  const arn = callerArn(call);
  if (role) return { kind: "role", arn, roleArn: role.arn, account };
  return "root" in call.caller ? { kind: "root", arn, account: call.caller.root } : { kind: "service", arn };
}

function sessionPolicy(text: string, index: number): CompiledPolicy {
  const origin = { address: `session policy ${index + 1}`, name: "session" };
  return compilePolicy(origin, parseSessionPolicy(text, origin.address));
}

/** The resource whose policy applies: the bucket of an object, or the function of a version or an alias. */
function policyOwner(resource: string): string {
  if (resource.startsWith("arn:aws:s3:::")) return resource.replace(/\/.*$/s, "");
  return resource.replace(/(:function:[^:]+):.*$/, "$1");
}

function undecided(problem: string): Decision {
  return { allowed: true, effect: "undecided", by: [], reason: `not decided here: ${problem}` };
}

function keyOf({ caller, action, resource, context }: Call): string {
  const who =
    "roleArn" in caller
      ? `${caller.roleArn} ${caller.session} ${caller.policies?.join() ?? ""} ${caller.context ? JSON.stringify(caller.context) : ""}`
      : "service" in caller
        ? caller.service
        : `root ${caller.root}`;
  return `${who} ${action} ${resource} ${context ? JSON.stringify(context) : ""}`;
}

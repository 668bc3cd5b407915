import type { AccessStatement, ConditionElement, ListElement, PolicyDocument } from "../policy/document";
import { type ConditionTest, compileCondition } from "./conditions";
import type { CallContext } from "./context";
import { type Naming, namedBy, type Principal } from "./principals";
import { arnPattern, glob, parsePolicyTemplate, resolve } from "./template";

/** A request: may this principal perform this action on this resource? */
export interface AccessRequest {
  readonly principal: Principal;
  /** The action, such as `s3:GetObject`. */
  readonly action: string;
  /** ARN of the resource, or `*` for an action without a resource. */
  readonly resource: string;
  readonly context: CallContext;
}

/** Where a policy comes from. */
export interface PolicyOrigin {
  /** Terraform address, such as `aws_iam_role_policy.read`. */
  readonly address: string;
  /** The policy's own name. */
  readonly name: string;
}

/** The first element of a statement that prevents it from applying to a request. */
export type Obstacle = "Principal" | "Action" | "Resource" | "Condition";

export interface StatementMatch {
  readonly statement: CompiledStatement;
  readonly naming: Naming;
  /** The values of the statement that matched the request. With `NotAction` or `NotResource`, these are all values. */
  readonly action: string;
  readonly resource: string;
}

type ValueTest = (value: string, context: CallContext) => boolean;

interface CompiledList {
  readonly not: boolean;
  readonly tests: readonly { readonly value: string; readonly matches: ValueTest }[];
}

/** A statement that has been compiled for matching. */
export class CompiledStatement {
  private readonly actions: CompiledList;
  private readonly resources: CompiledList | undefined;
  private readonly conditions: readonly ConditionTest[];

  constructor(
    readonly origin: PolicyOrigin,
    /** Index of the statement in its policy, from 0. */
    readonly index: number,
    readonly statement: AccessStatement,
    variables: boolean,
  ) {
    this.actions = compileList(statement.actions, actionTest);
    this.resources =
      statement.resources && compileList(statement.resources, (value) => resourceTest(value, variables));
    this.conditions = statement.conditions.map((condition) => compileCondition(condition, variables));
  }

  /** A name for messages, such as `aws_iam_role_policy.read: statement 1 (Sid)`. */
  get label(): string {
    const { sid } = this.statement;
    return `${this.origin.address}: statement ${this.index + 1}${sid ? ` (${sid})` : ""}`;
  }

  /** @returns the match, or the element that prevents the statement from applying. */
  match(request: AccessRequest): StatementMatch | Obstacle {
    const { action, resource, context, principal } = request;
    const matchedAction = matchedBy(this.actions, action, context);
    if (matchedAction === undefined) return "Action";
    const element = this.statement.principal;
    const naming = element ? namedBy(element, principal) : "direct";
    if (!naming) return "Principal";
    const matchedResource = this.resources ? matchedBy(this.resources, resource, context) : resource;
    if (matchedResource === undefined) return "Resource";
    if (!this.conditions.every((holds) => holds(context))) return "Condition";
    return { statement: this, naming, action: matchedAction, resource: matchedResource };
  }

  /** The conditions that the context does not satisfy. */
  unmet(context: CallContext): readonly ConditionElement[] {
    return this.statement.conditions.filter((_, index) => !this.conditions[index]?.(context));
  }

  /**
   * Whether the statement is about other actions of the same service on the same resource, so that the requested action
   * could be added to it.
   */
  isRelated({ action, resource, context, principal }: AccessRequest): boolean {
    const service = action.slice(0, action.indexOf(":") + 1).toLowerCase();
    const { actions, principal: element } = this.statement;
    return (
      !actions.not &&
      actions.values.some((value) => value.toLowerCase().startsWith(service)) &&
      (!element || namedBy(element, principal) !== undefined) &&
      (!this.resources || matchedBy(this.resources, resource, context) !== undefined)
    );
  }
}

/** A policy that has been compiled for matching. */
export interface CompiledPolicy {
  readonly origin: PolicyOrigin;
  readonly statements: readonly CompiledStatement[];
}

export function compilePolicy(origin: PolicyOrigin, document: PolicyDocument): CompiledPolicy {
  const variables = document.version === "2012-10-17";
  return {
    origin,
    statements: document.statements.map(
      (statement, index) => new CompiledStatement(origin, index, statement, variables),
    ),
  };
}

function compileList({ not, values }: ListElement, test: (value: string) => ValueTest): CompiledList {
  return { not, tests: values.map((value) => ({ value, matches: test(value) })) };
}

function matchedBy({ not, tests }: CompiledList, asked: string, context: CallContext): string | undefined {
  const found = tests.find(({ matches }) => matches(asked, context));
  if (!not) return found?.value;
  return found ? undefined : `not ${tests.map(({ value }) => value).join(", ")}`;
}

/** Services and actions are not case-sensitive. */
function actionTest(value: string): ValueTest {
  const pattern = glob(parsePolicyTemplate(value, false), "i");
  return (action) => pattern.test(action);
}

function resourceTest(value: string, variables: boolean): ValueTest {
  const tokens = parsePolicyTemplate(value, variables);
  if (!tokens.some(({ kind }) => kind === "variable")) {
    const pattern = arnPattern(tokens, true);
    return (resource) => pattern.test(resource);
  }
  return (resource, context) => {
    const known = resolve(tokens, context);
    return known !== undefined && arnPattern(known, true).test(resource);
  };
}

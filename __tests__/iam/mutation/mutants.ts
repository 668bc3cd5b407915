import type { Access, PolicyText, Stack } from "../../../terraform/types";

/** A stack with one change to one of its policies. */
export interface Mutant {
  /** Address of the policy, place of the statement, and what was changed. */
  readonly what: string;
  readonly stack: Stack;
  /** Of the statement. */
  readonly address: string;
  readonly index: number;
  /** The value that was taken away; absent for conditions and principals. */
  readonly value?: string;
}

type Statement = Record<string, unknown>;
type Change = (statement: Statement) => Statement | undefined;

interface Mutation {
  readonly what: string;
  readonly value?: string;
  readonly change: Change;
}

/** Every action removed, every resource narrowed, every condition dropped, every principal another. */
export function mutantsOf(stack: Stack): Mutant[] {
  return [...textsOf(stack.access)].flatMap(({ text, put }) =>
    statementsOf(text).flatMap((statement, index) =>
      mutationsOf(statement).map(({ what, value, change }) => ({
        address: text.address,
        index,
        value,
        what: `${text.address} (${text.name}) statement ${index + 1}: ${what}`,
        stack: { ...stack, access: put(changed(text, index, change)) },
      })),
    ),
  );
}

/** The stack without what the mutant lacks in all policies of the same role. */
export function takenEverywhere(stack: Stack, { address, value }: Mutant): Stack {
  const { rolePolicies } = stack.access;
  const role = rolePolicies.find((policy) => policy.address === address)?.role;
  const without = (values: unknown) =>
    list(values).map((one) =>
      one === value ? (String(one).startsWith("arn:") ? narrowed(String(one)) : "none:None") : one,
    );
  const takenFrom = (text: PolicyText): PolicyText => ({
    ...text,
    document: JSON.stringify({
      Version: "2012-10-17",
      Statement: statementsOf(text).map((statement) => ({
        ...statement,
        Action: without(statement.Action),
        Resource: without(statement.Resource),
      })),
    }),
  });
  return {
    ...stack,
    access: {
      ...stack.access,
      rolePolicies: rolePolicies.map((policy) =>
        policy.role === role ? { ...policy, ...takenFrom(policy) } : policy,
      ),
    },
  };
}

interface Place {
  readonly text: PolicyText;
  /** The stack's policies with another text in this place. */
  readonly put: (text: PolicyText) => Access;
}

function* textsOf(access: Access): Generator<Place> {
  for (const [index, role] of access.roles.entries())
    yield {
      text: role.trust,
      put: (trust) => ({ ...access, roles: access.roles.with(index, { ...role, trust }) }),
    };
  for (const kind of ["rolePolicies", "resourcePolicies"] as const)
    for (const [index, policy] of access[kind].entries())
      yield {
        text: policy,
        put: (text) => ({
          ...access,
          [kind]: access[kind].map((one, at) => (at === index ? { ...one, ...text } : one)),
        }),
      };
}

function statementsOf({ document }: PolicyText): Statement[] {
  return list((JSON.parse(document ?? "{}") as { Statement?: unknown }).Statement) as Statement[];
}

function changed(text: PolicyText, index: number, change: Change): PolicyText {
  const document = JSON.parse(text.document ?? "{}") as { Statement: unknown };
  const Statement = statementsOf(text).flatMap((statement, at) => {
    const after = at === index ? change(statement) : statement;
    return after === undefined ? [] : [after];
  });
  return { ...text, document: JSON.stringify({ ...document, Statement }) };
}

function mutationsOf(statement: Statement): Mutation[] {
  return [
    ...list(statement.Action).map((action) => ({
      what: `without ${action}`,
      value: String(action),
      change: (one: Statement) => {
        const left = list(one.Action).filter((each) => each !== action);
        return left.length === 0 ? undefined : { ...one, Action: left };
      },
    })),
    ...list(statement.Resource).map((resource) => ({
      what: `${resource} narrowed`,
      value: String(resource),
      change: (one: Statement) => ({
        ...one,
        Resource: list(one.Resource).map((each) => (each === resource ? narrowed(String(resource)) : each)),
      }),
    })),
    ...conditionsOf(statement),
    ...principalsOf(statement),
  ];
}

const narrowed = (resource: string) =>
  resource === "*" ? "arn:aws:none:::narrowed" : `${resource.replace(/\*$/, "")}-narrowed`;

function conditionsOf({ Condition: condition }: Statement): Mutation[] {
  return Object.entries((condition ?? {}) as Record<string, object>).flatMap(([test, keys]) =>
    Object.keys(keys).map((key) => ({
      what: `without the condition on ${key}`,
      change: (one: Statement) => {
        const { [test]: changing, ...others } = one.Condition as Record<string, Record<string, unknown>>;
        const { [key]: _, ...left } = changing ?? {};
        return { ...one, Condition: { ...others, ...(Object.keys(left).length > 0 && { [test]: left }) } };
      },
    })),
  );
}

function principalsOf({ Principal: principal }: Statement): Mutation[] {
  if (principal === undefined) return [];
  if (principal === "*")
    return [
      {
        what: "for another principal than *",
        change: (one) => ({ ...one, Principal: { AWS: "999999999999" } }),
      },
    ];
  return Object.entries(principal as Record<string, unknown>).flatMap(([type, names]) =>
    list(names).map((name) => ({
      what: `for another principal than ${name}`,
      change: (one: Statement) => ({
        ...one,
        Principal: {
          ...(one.Principal as object),
          [type]: list(names).map((each) =>
            each === name ? (type === "Service" ? "ec2.amazonaws.com" : "999999999999") : each,
          ),
        },
      }),
    })),
  );
}

function list(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

import { DefaultTokenResolver, StringConcat, TerraformElement, TerraformStack, Tokenization } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * The grants of one stack's constructs to another stack's roles. Their policies are all created in one of the two
 * stacks.
 */
export interface Placement {
  readonly granting: TerraformStack;
  readonly role: TerraformStack;
  /** The policies and their documents. Each exists in both stacks until one of the stacks is chosen. */
  readonly elements: TerraformElement[];
  home?: TerraformStack;
}

/** The placements of each app, in the order in which the grants were made. */
const placements = new WeakMap<IConstruct, Placement[]>();

export function placementOf(granting: TerraformStack, role: TerraformStack): Placement {
  const { root } = granting.node;
  const ofApp = placements.get(root) ?? [];
  placements.set(root, ofApp);
  const known = ofApp.find((one) => one.granting === granting && one.role === role);
  if (known) return known;
  const placement: Placement = { granting, role, elements: [] };
  ofApp.push(placement);
  return placement;
}

/**
 * Leaves an element out of its stack's Terraform unless the policies turn out to be in that stack. That is decided when
 * the app is synthesized, because only then is it known which stack depends on which.
 */
export function placeIn(placement: Placement, element: TerraformElement): void {
  placement.elements.push(element);
  const stack = TerraformStack.of(element);
  const toTerraform = element.toTerraform.bind(element);
  element.toTerraform = () => {
    settle(stack.node.root);
    return placement.home === stack ? toTerraform() : {};
  };
}

/** For each element that is left out, the path of a construct that still refers to it. */
const missed = new WeakMap<TerraformElement, string>();

/** The path of a construct that refers to a policy which turns out to be in the other stack. */
export function missedBy(element: TerraformElement): string | undefined {
  settle(element.node.root);
  return missed.get(element);
}

/**
 * Places the policies in the role's stack. If the granting stack already needs the role's stack, they go into the
 * granting stack instead, so that two stacks never need each other.
 */
function settle(app: IConstruct): void {
  const open = (placements.get(app) ?? []).filter(({ home }) => home === undefined);
  if (open.length === 0) return;
  const { needs, users } = referencesOf(app, new Set(open.flatMap(({ elements }) => elements)));
  for (const placement of open) {
    const { granting, role } = placement;
    placement.home = reaches(needs, granting, role) ? granting : role;
    if (placement.home === role) needs.get(role)?.add(granting);
  }
  for (const { elements, home } of open)
    for (const element of elements.filter((one) => TerraformStack.of(one) !== home)) {
      const user = users.get(addressIn(TerraformStack.of(element), identifierOf(element)));
      if (user) missed.set(element, user);
      element.node.scope?.node.tryRemoveChild(element.node.id);
    }
}

type Needs = ReadonlyMap<TerraformStack, Set<TerraformStack>>;

interface References {
  /** For each stack, the stacks that its elements refer to or that it was told to depend on. */
  readonly needs: Needs;
  /** For each address of a resource, the path of the first construct that refers to it. */
  readonly users: ReadonlyMap<string, string>;
}

/** Collects the references of all elements, except those whose stack is not decided yet. */
function referencesOf(app: IConstruct, open: ReadonlySet<TerraformElement>): References {
  const users = new Map<string, string>();
  const stacks = app.node.findAll().filter((found): found is TerraformStack => TerraformStack.isStack(found));
  const needs = new Map(
    stacks.map((stack) => [stack, new Set(stacks.filter((other) => stack.dependsOn(other)))]),
  );
  for (const element of app.node.findAll()) {
    if (!TerraformElement.isTerraformElement(element) || open.has(element)) continue;
    const stack = TerraformStack.of(element);
    const resolver = new ReferenceResolver();
    Tokenization.resolve(element.toTerraform(), { scope: element, resolver, preparing: false });
    for (const { origin, identifier } of resolver.references) {
      if (origin !== stack) needs.get(stack)?.add(origin);
      const address = addressIn(origin, identifier);
      if (!users.has(address)) users.set(address, element.node.path);
    }
  }
  return { needs, users };
}

function reaches(
  needs: Needs,
  from: TerraformStack,
  to: TerraformStack,
  seen = new Set<TerraformStack>(),
): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return [...(needs.get(from) ?? [])].some((next) => reaches(needs, next, to, seen));
}

/** The address of a resource, from its identifier or that of one of its attributes. */
function addressIn(stack: TerraformStack, identifier: string): string {
  return `${stack.node.path} ${identifier.split(".").slice(0, 2).join(".")}`;
}

function identifierOf(element: TerraformElement): string {
  const resolver = new ReferenceResolver();
  Tokenization.resolve(element.fqn, { scope: element, resolver, preparing: false });
  return resolver.references[0]?.identifier ?? "";
}

/** Records each attribute that it resolves, with the stack of the attribute's resource. */
class ReferenceResolver extends DefaultTokenResolver {
  readonly references: { readonly origin: TerraformStack; readonly identifier: string }[] = [];

  constructor() {
    super(new StringConcat());
  }

  override resolveToken(...args: Parameters<DefaultTokenResolver["resolveToken"]>): unknown {
    const [token] = args;
    if ("originStack" in token && token.originStack instanceof TerraformStack && "identifier" in token)
      this.references.push({ origin: token.originStack, identifier: String(token.identifier) });
    return super.resolveToken(...args);
  }
}

import { resolve } from "node:path";
import {
  rememberedPlan,
  rememberedStack,
  type StackSource,
} from "@streaming-data-lake/runner/folder/stack-source";
import {
  type OpenedStack,
  type OpenStackOptions,
  openStack,
} from "@streaming-data-lake/terraform/open-stack";

export type { OpenedStack };

/** The flags that specify a stack. */
export interface StackFlags {
  readonly stack?: string;
  readonly plan?: string;
  readonly state?: string;
}

interface OpenOptions {
  readonly signal?: AbortSignal;
  readonly note: (line: string) => void;
}

/** The source of a stack as an absolute path: what the flags specify, or else the app in the working directory. */
export function sourceOf({ stack, plan, state }: StackFlags): StackSource {
  if (plan !== undefined) return { plan: resolve(plan) };
  if (state !== undefined) return { state: resolve(state) };
  return stack === undefined ? { app: resolve(".") } : { stack: resolve(stack) };
}

export const isStackNamed = ({ stack, plan, state }: StackFlags): boolean =>
  [stack, plan, state].some((flag) => flag !== undefined);

/** Opens the stack that the flags specify, or else the one that a runner has last run in the folder. */
export function openStackOf(
  flags: StackFlags & { readonly dir?: string },
  options: OpenOptions,
): Promise<OpenedStack> {
  const remembered = flags.dir === undefined ? undefined : rememberedPlan(flags.dir);
  return openStack({ ...options, ...(remembered && { remembered }), ...whichStack(flags) });
}

/** The source of the stack that the flags specify, or else of the one that a runner has last run in the folder. */
export function whichStack(
  flags: StackFlags & { readonly dir?: string },
): Pick<OpenStackOptions, "path" | "plan" | "state" | "folder"> {
  const remembered = isStackNamed(flags) || flags.dir === undefined ? undefined : rememberedStack(flags.dir);
  const { stack, plan, state, app }: StackSource = remembered ?? flags;
  return {
    ...(stack !== undefined && { path: stack }),
    ...(plan !== undefined && { plan }),
    ...(state !== undefined && { state }),
    ...(app !== undefined && { folder: app }),
  };
}

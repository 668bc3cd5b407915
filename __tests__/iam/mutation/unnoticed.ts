/** Changes that no run can show, each with its reason. */
export const unnoticed: readonly { readonly pattern: RegExp; readonly reason: string }[] = [];

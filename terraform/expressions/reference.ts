/** An attribute of another resource whose value a plan does not contain, or the reason why it can't be known. */
export class Reference {
  constructor(
    readonly address: string | undefined,
    readonly attribute: string,
    readonly why = "Terraform knows it only after apply",
  ) {}
}

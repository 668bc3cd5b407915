/** An attribute of another resource that a plan leaves open, or why it can't be known. */
export class Reference {
  constructor(
    readonly address: string | undefined,
    readonly attribute: string,
    readonly why = "Terraform knows it only after apply",
  ) {}
}

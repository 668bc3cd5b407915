/** An attribute that a sender gave a message. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** In base64. */
  readonly BinaryValue?: string;
}

/** A message that is kept. Times are milliseconds since 1970. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sender: string;
  readonly sent: number;
  readonly group?: string;
  readonly deduplication?: string;
  readonly sequence?: string;
}

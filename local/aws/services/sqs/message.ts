/** An attribute that the sender added to a message. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Binary value in base64. */
  readonly BinaryValue?: string;
}

/** A stored message. Times are milliseconds since 1970. */
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

/** A message in a queue. */
export interface Message {
  /** Grows with every message: the order of a queue. */
  readonly sequence: number;
  readonly id: string;
  readonly destination: string;
  /** Headers that travel with it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether it came as bytes (with a length and no word on its type) and not as text, as ActiveMQ tells them apart. */
  readonly binary: boolean;
  /** Whether it came with a length, and goes with one. */
  readonly sized: boolean;
  readonly persistent: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** After that it is not delivered any more; 0: never. */
  readonly expires: number;
  /** Times that it was handed out and came back. */
  returned: number;
}

/** Headers of a SEND frame that say how it is handled and do not travel on. */
const ofTheFrame = new Set(["destination", "receipt", "transaction", "content-length", "ack", "persistent", "expires", "priority"]);

/** Headers that the sender added. */
export function travelling(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheFrame.has(name)));
}

/** Text and bytes are told apart as ActiveMQ does: a length makes bytes, unless `amq-msg-type` says text. */
export function isBinary(headers: Readonly<Record<string, string>>): boolean {
  const type = headers["amq-msg-type"];
  return type === undefined ? "content-length" in headers : type.toLowerCase() === "bytes";
}

/** Headers of a MESSAGE frame, without those that belong to the subscription. */
export function messageHeaders(message: Message): [string, string][] {
  return [
    ["message-id", message.id],
    ["destination", message.destination],
    ["timestamp", String(message.timestamp)],
    ["expires", String(message.expires)],
    ["priority", "4"],
    ...(message.persistent ? [["persistent", "true"] as [string, string]] : []),
    ...(message.returned > 0 ? [["redelivered", "true"] as [string, string]] : []),
    ...Object.entries(message.headers),
    ...(message.sized ? [["content-length", String(message.body.length)] as [string, string]] : []),
  ];
}

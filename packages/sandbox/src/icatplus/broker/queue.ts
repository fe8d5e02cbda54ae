import type { Message } from "./message.ts";

/** Somebody who takes messages of a queue. */
export interface Consumer {
  /** Whether it can take one more now. */
  ready(): boolean;
  deliver(message: Message): void;
}

/** Messages in order, handed to the consumers in turn: each message to one of them. */
export class Queue {
  readonly name: string;
  readonly #expired: (message: Message) => void;
  #waiting: Message[] = [];
  #first = 0;
  readonly #consumers: Consumer[] = [];
  #turn = 0;
  /** Handed out and not acknowledged. */
  readonly #out = new Set<Message>();
  #planned = false;

  constructor(name: string, expired: (message: Message) => void) {
    this.name = name;
    this.#expired = expired;
  }

  /** Messages that nobody has acknowledged. */
  get size(): number {
    return this.#waiting.length - this.#first + this.#out.size;
  }

  get consumers(): number {
    return this.#consumers.length;
  }

  add(message: Message): void {
    this.#waiting.push(message);
    this.dispatch();
  }

  subscribe(consumer: Consumer): void {
    this.#consumers.push(consumer);
    this.dispatch();
  }

  unsubscribe(consumer: Consumer): void {
    const place = this.#consumers.indexOf(consumer);
    if (place >= 0) this.#consumers.splice(place, 1);
  }

  /** Messages that nobody has acknowledged, in order. */
  list(): Message[] {
    return [...this.#out, ...this.#waiting.slice(this.#first)].sort((a, b) => a.sequence - b.sequence);
  }

  /** Leaves these messages only, none of them handed out. */
  keepOnly(messages: readonly Message[]): void {
    this.#waiting = [...messages];
    this.#first = 0;
    this.#out.clear();
    this.dispatch();
  }

  /** A message that was handed out is done with. */
  settle(message: Message): void {
    this.#out.delete(message);
    this.dispatch();
  }

  /** Messages that were handed out come back, to where they stood. */
  giveBack(messages: readonly Message[]): void {
    const back = messages.filter((message) => this.#out.delete(message));
    if (back.length === 0) return;
    for (const message of back) message.returned++;
    const rest = this.#waiting.slice(this.#first);
    this.#waiting = [...back, ...rest].sort((a, b) => a.sequence - b.sequence);
    this.#first = 0;
    this.dispatch();
  }

  /** Hands out what can be handed out, after what is under way now. */
  dispatch(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#handOut();
    });
  }

  #handOut(): void {
    // So many in one go that other connections get their turn.
    for (let count = 0; this.#first < this.#waiting.length; count++) {
      const consumer = this.#next();
      if (consumer === undefined) return;
      if (count === 500) return this.dispatch();
      const message = this.#waiting[this.#first++] as Message;
      if (this.#first === this.#waiting.length) {
        this.#waiting = [];
        this.#first = 0;
      } else if (this.#first > 10_000) {
        this.#waiting = this.#waiting.slice(this.#first);
        this.#first = 0;
      }
      if (message.expires > 0 && message.expires < Date.now()) {
        this.#expired(message);
        continue;
      }
      this.#out.add(message);
      consumer.deliver(message);
    }
  }

  #next(): Consumer | undefined {
    for (let tried = 0; tried < this.#consumers.length; tried++) {
      this.#turn = (this.#turn + 1) % this.#consumers.length;
      const consumer = this.#consumers[this.#turn] as Consumer;
      if (consumer.ready()) return consumer;
    }
    return undefined;
  }
}

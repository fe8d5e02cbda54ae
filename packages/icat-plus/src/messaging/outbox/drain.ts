import { join } from "node:path";
import { describeCause, isSciError, SciError, withMore, type Logger } from "@sci/http-core";
import { withFileLock } from "@sci/http-core/node";
import type { Delivery } from "../types.ts";
import type { Sender } from "../sender.ts";
import type { Entry } from "./entry.ts";
import type { OutboxFolder } from "./folder.ts";

interface Waiter<Value = Delivery> {
  resolve(value: Value): void;
  reject(reason: Error): void;
}

/** How often a process looks whether another one, which is sending, has delivered its messages. */
const LOOK_EVERY = 300;
/** Pause after a refusal that waiting does not mend, such as a wrong password. */
const REFUSED_PAUSE = 30_000;

/**
 * Sends what an outbox holds, in order, and removes what is confirmed. One process at a time sends; the others wait for it, and
 * take over when it is gone.
 */
export class Drain {
  readonly #folder: OutboxFolder;
  readonly #sender: Sender;
  readonly #window: number;
  readonly #logger: Logger;
  readonly #waiters = new Map<string, Waiter>();
  readonly #flying = new Map<string, Promise<void>>();
  #running: Promise<void> | undefined;
  #stopped = false;
  /** Something new in the row, or the end of something under way. */
  #wake: (() => void) | undefined;
  /** Ends the pause after a refusal. */
  #retry: (() => void) | undefined;
  #again = false;
  #emptied: Waiter<void>[] = [];

  constructor(folder: OutboxFolder, sender: Sender, window: number, logger: Logger) {
    this.#folder = folder;
    this.#sender = sender;
    this.#window = window;
    this.#logger = logger;
  }

  /** Begins to send, or goes on. */
  start(): void {
    this.#stopped = false;
    this.#again = true;
    this.#wake?.();
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again && !this.#stopped) this.start();
    });
  }

  /** Resolves when the broker has confirmed a stored message, rejects when it was set aside. */
  confirmation(name: string): Promise<Delivery> {
    return new Promise((resolve, reject) => {
      this.#waiters.set(name, { resolve, reject });
      this.#retry?.();
      this.start();
    });
  }

  /** No longer waits for a message; it stays in the row. */
  forget(name: string): void {
    this.#waiters.delete(name);
  }

  /** Resolves when nothing is left. @throws what keeps everything from being sent */
  async empty(): Promise<void> {
    this.#retry?.();
    this.start();
    while (!this.#stopped && ((await this.#folder.names()).length > 0 || this.#flying.size > 0)) {
      this.start();
      await new Promise<void>((resolve, reject) => this.#emptied.push({ resolve, reject }));
    }
  }

  /** Takes nothing more from the folder until `start`; what is under way is left to the sender. */
  stop(): void {
    this.#stopped = true;
    this.#again = false;
    this.#wake?.();
    this.#retry?.();
  }

  /** After `stop` and when nothing is under way any more: nobody is left waiting. */
  async stopped(reason: SciError): Promise<void> {
    await this.#running;
    for (const { reject } of this.#waiters.values()) reject(reason);
    this.#waiters.clear();
    for (const { resolve } of this.#emptied.splice(0)) resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#again = false;
      try {
        await withFileLock(
          join(this.#folder.dir, "sender"),
          async () => {
            await this.#folder.tidy();
            await this.#sendAll();
          },
          { wait: LOOK_EVERY },
        );
        // What another process sent before this one had the lock.
        await this.#lookAround();
        for (const { resolve } of this.#emptied.splice(0)) resolve();
        if (!this.#again && this.#waiters.size === 0) return;
      } catch (error) {
        if (isSciError(error, "TIMEOUT")) await this.#lookAround();
        else await this.#obstacle(error);
      }
    }
  }

  /** Until the folder is empty; at most a window's worth is under way. @throws what keeps everything from being sent */
  async #sendAll(): Promise<void> {
    let failure: unknown;
    for (;;) {
      this.#again = false;
      const names = (await this.#folder.names()).filter((name) => !this.#flying.has(name));
      for (const name of names) {
        while (this.#flying.size >= this.#window) await this.#change();
        if (this.#stopped || failure !== undefined) break;
        const entry = await this.#open(name);
        if (entry === undefined || this.#isStopped) continue;
        const flight = this.#deliver(name, entry)
          .catch((error: unknown) => {
            failure ??= error;
          })
          .finally(() => {
            this.#flying.delete(name);
            this.#wake?.();
          });
        this.#flying.set(name, flight);
      }
      if (this.#stopped || failure !== undefined) {
        // Confirmations that still come are not thrown away.
        await Promise.all(this.#flying.values());
        if (this.#stopped) return;
        throw failure;
      }
      if (names.length > 0) continue;
      if (this.#flying.size === 0) return;
      if (!this.#again) await this.#change();
    }
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }

  async #open(name: string): Promise<Entry | undefined> {
    try {
      return await this.#folder.read(name);
    } catch (error) {
      await this.#bury(name, error as Error);
      return undefined;
    }
  }

  async #deliver(name: string, { id, destination, body, contentType }: Entry): Promise<void> {
    try {
      const delivery = await this.#sender.send({ id, destination, body, contentType, limit: Infinity });
      await this.#folder.remove(name);
      this.#take(name)?.resolve(delivery);
    } catch (error) {
      if (!isSciError<string>(error, "REFUSED_BY_BROKER", "INVALID_ARGUMENT")) throw error;
      await this.#bury(name, error);
    }
  }

  async #bury(name: string, error: Error): Promise<void> {
    await this.#folder.bury(name, error.message);
    this.#logger.error(`The outbox sets ${name} aside: ${error.message}`, { dir: this.#folder.dir });
    this.#take(name)?.reject(
      withMore(error, "It is kept among the dead letters of the outbox.", { outbox: this.#folder.dir, name }) as Error,
    );
  }

  /** Asked anew after every wait. */
  get #isStopped(): boolean {
    return this.#stopped;
  }

  #take(name: string): Waiter | undefined {
    const waiter = this.#waiters.get(name);
    this.#waiters.delete(name);
    return waiter;
  }

  /** Another process sends: its deliveries show in the folder. */
  async #lookAround(): Promise<void> {
    for (const name of [...this.#waiters.keys()]) {
      if (await this.#folder.isWaiting(name)) continue;
      const reason = await this.#folder.reasonOf(name);
      if (reason === undefined) this.#take(name)?.resolve({ id: "", confirmed: true, attempts: 1 });
      else
        this.#take(name)?.reject(
          new SciError("REFUSED_BY_BROKER", `${reason} It is kept among the dead letters of the outbox.`, { service: "outbox" }),
        );
    }
  }

  /** Nobody is left waiting for what cannot be sent now; the messages stay, and are tried again. */
  async #obstacle(error: unknown): Promise<void> {
    this.#logger.error(`The outbox ${this.#folder.dir} cannot send: ${describeCause(error) ?? "unknown reason"}`, {});
    for (const name of [...this.#waiters.keys()]) {
      this.#take(name)?.reject(
        withMore(error, `The message stays in the outbox (${this.#folder.path(name)}) and is sent later.`, {
          outbox: this.#folder.path(name),
        }) as Error,
      );
    }
    for (const { reject } of this.#emptied.splice(0)) reject(error as Error);
    if (this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, REFUSED_PAUSE).unref();
      this.#retry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#retry = undefined;
  }
}

import { createMessenger } from "../../src/messaging/index.ts";

/** Stores messages until it is ended or cannot go on, and tells its parent of each that is stored, and of what stops it. */
const [url = "", dir = "", from = "0", size = "0"] = process.argv.slice(2);
const messenger = createMessenger({ urls: url, outbox: dir, attempts: 1 });
try {
  for (let number = Number(from); ; number++) {
    await messenger.send({ queue: "q", body: `message ${number}`.padEnd(Number(size) * number, " ") }, { wait: "stored" });
    process.send?.(number);
  }
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  process.send?.({ code, message }, () => process.exit());
}

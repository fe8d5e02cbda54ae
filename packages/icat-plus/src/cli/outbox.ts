import { addExamples, addOutputOptions, type Command, type CommandContext, type OutputChoice, writeRows } from "@sci/cli-core";
import { SciError } from "@sci/http-core";
import type { Outbox } from "../messaging/index.ts";
import { withClient } from "./client.ts";

/** Adds `outbox list`, `outbox retry`, `outbox drop` and `outbox send`. */
export function addOutboxCommands(program: Command, context: CommandContext): void {
  const outbox = program.command("outbox").description("look after messages that wait for a broker");

  const list = addOutputOptions(
    outbox.command("list").description("list messages that wait, and those that were set aside with the reason"),
  );
  list.action(async (choice: OutputChoice) => {
    const box = await opened(list, context);
    const waiting = (await box.waiting()).map(({ name, entry, bytes }) => ({ name, state: "waiting", reason: "", bytes, ...shown(entry) }));
    const dead = (await box.dead()).map(({ name, entry, reason }) => ({ name, state: "dead", reason, bytes: undefined, ...shown(entry) }));
    await writeRows(context, [...waiting, ...dead], choice);
  });

  const retry = outbox
    .command("retry")
    .description("put messages that were set aside back into the row")
    .argument("[name...]", "names of messages; none: all");
  retry.action(async (names: readonly string[]) => {
    const box = await opened(retry, context);
    for (const name of await namesOf(box, names)) await box.retry(name);
    context.note("They wait again; the next client, or `icat outbox send`, sends them.");
  });

  const drop = outbox
    .command("drop")
    .description("delete messages that were set aside, for good")
    .argument("[name...]", "names of messages")
    .option("--all", "all that were set aside");
  drop.action(async (names: readonly string[], { all }: { all?: boolean }) => {
    if (names.length === 0 && all !== true) throw new SciError("INVALID_ARGUMENT", "Name the messages to delete, or give --all.");
    const box = await opened(drop, context);
    for (const name of await namesOf(box, names)) await box.drop(name);
  });

  const send = outbox.command("send").description("send what waits, and end when the broker has confirmed it");
  addExamples(send, ["icat --outbox /var/spool/icat outbox send --queue bcu-mq-01.esrf.fr:61613"]);
  send.action(async () => {
    const box = await opened(send, context);
    const count = (await box.waiting()).length;
    if (count > 0) await withClient(send, context, (icat) => icat.flush({ signal: context.signal }));
    context.note(count === 0 ? "Nothing waits." : `${count} messages are confirmed.`);
  });
}

async function opened(command: Command, context: CommandContext): Promise<Outbox> {
  const dir = command.optsWithGlobals<{ outbox?: string }>().outbox ?? context.env["ICAT_OUTBOX"];
  if (!dir) throw new SciError("INVALID_ARGUMENT", "Which outbox? Give --outbox FOLDER, or set ICAT_OUTBOX.");
  const { openOutbox } = await import("../messaging/index.ts");
  return openOutbox(dir);
}

async function namesOf(box: Outbox, names: readonly string[]): Promise<readonly string[]> {
  return names.length > 0 ? names : (await box.dead()).map(({ name }) => name);
}

function shown(
  entry:
    { readonly subject: string | undefined; readonly destination: string; readonly createdAt: string; readonly id: string } | undefined,
) {
  return { subject: entry?.subject, queue: entry?.destination, createdAt: entry?.createdAt, id: entry?.id };
}

import { once } from "node:events";
import { type Command, duration, type ProgramDefinition, wholeNumber } from "@sci/cli-core";
import { facilityNames } from "../facilities.ts";
import { faultKinds } from "../faults/kinds.ts";
import { SandboxError } from "../names.ts";
import { type SandboxOptions, startSandbox } from "../sandbox.ts";

declare const __PACKAGE_VERSION__: string;

interface StartChoice {
  facility?: string[];
  port?: Record<string, number>;
  state?: string;
  scale?: number;
  seed?: number;
  latency?: string;
  fault?: string[];
  tokenLifetime?: number;
  rights: boolean;
  profile?: string;
  tls?: true;
}

const gather = (text: string, before: string[] = []): string[] => [...before, text];
const names = (text: string, before: string[] = []): string[] => [...before, ...text.split(",").map((name) => name.trim())];

function port(text: string, before: Record<string, number> = {}): Record<string, number> {
  const match = /^([a-z-]+)=(\d+)$/.exec(text);
  if (match === null) throw new SandboxError("USAGE", `--port takes FACILITY=NUMBER such as runregistry=9500, not "${text}"`);
  return { ...before, [match[1] as string]: Number(match[2]) };
}

function optionsOf(choice: StartChoice): SandboxOptions {
  const { facility, port: ports, state, scale, seed, latency, fault, tokenLifetime, rights, profile, tls } = choice;
  return {
    ...(facility === undefined ? {} : { facilities: facility }),
    ...(ports === undefined ? {} : { ports }),
    ...(state === undefined ? {} : { state }),
    ...(scale === undefined ? {} : { scale }),
    ...(seed === undefined ? {} : { seed }),
    ...(latency === undefined ? {} : { latency }),
    ...(fault === undefined ? {} : { faults: fault }),
    ...(tokenLifetime === undefined ? {} : { cern: { tokenLifetime: tokenLifetime / 1000 } }),
    runregistry: { checkRights: rights },
    ctadata: { ...(profile === undefined ? {} : { profile: profile as "dcache" | "plain" }), ...(tls === undefined ? {} : { tls }) },
  };
}

/** What the sandbox refuses is wrong usage (2); everything else is not expected. */
function refuse(command: Command, error: unknown): never {
  if (error instanceof SandboxError) command.error(error.message);
  throw error;
}

function addStart(program: Command, context: Parameters<ProgramDefinition["build"]>[1]): void {
  const start: Command = program
    .command("start")
    .description("Start facilities on 127.0.0.1, print READY and a line of JSON with their addresses, and run until SIGINT or SIGTERM.")
    .option("--facility <names>", `facilities, separated by commas: ${facilityNames.join(", ")} (default: all)`, names)
    .option(
      "--port <facility=number>",
      "port of a facility, repeatable (default: free ones)",
      (text, before: Record<string, number> | undefined) => guard(() => port(text, before)),
    )
    .option("--state <folder>", "keep changes in a folder, and start from those in it (default: in memory)")
    .option("--scale <runs>", "number of runs (default: the real ones and a few beside them)", wholeNumber("--scale"))
    .option("--seed <number>", "what everything generated follows from (default: 1)", wholeNumber("--seed", { min: 0, max: 0xffffffff }))
    .option("--latency <time>", "wait before each answer, such as 20ms")
    .option("--fault <rule>", `misbehave: KIND[:ARG][@FACILITY][%RATE], repeatable; kinds: ${faultKinds.join(", ")}`, gather)
    .option("--token-lifetime <time>", "for how long CERN's tokens are in force (default: 20m)", duration("--token-lifetime"))
    .option("--no-rights", "let everybody change data in Run Registry")
    .option("--profile <name>", "how the storage of ctadata behaves: dcache or plain (default: dcache)")
    .option("--tls", "https at the storage of ctadata, with an authority made at the start (NODE_EXTRA_CA_CERTS names its file)");
  const guard = <T>(read: () => T): T => {
    try {
      return read();
    } catch (error) {
      return refuse(start, error);
    }
  };
  start.action(async (choice: StartChoice) => {
    const { signal } = context;
    const sandbox = await startSandbox(optionsOf(choice)).catch((error: unknown) => refuse(start, error));
    try {
      await context.print(`READY ${JSON.stringify({ urls: sandbox.urls, env: sandbox.env })}\n`);
      context.note(`the sandbox runs (${Object.keys(sandbox.urls).join(", ")}); end it with Ctrl-C`);
      if (!signal.aborted) await once(signal, "abort");
    } finally {
      await sandbox.stop();
    }
  });
}

/** The command `sci-sandbox`. */
export const definition: ProgramDefinition = {
  name: "sci-sandbox",
  version: __PACKAGE_VERSION__,
  description: "The facilities and their identity providers on this machine: develop and test offline.",
  examples: [
    "sci-sandbox start",
    ["sci-sandbox start --facility runregistry --port runregistry=9500", "where the Python client's local target looks"],
    ["sci-sandbox start --scale 40000 --seed 7 --latency 20ms", "40,000 runs, a million lumisections"],
    ["sci-sandbox start --fault retry-after:503,2@runregistry%1/3 --fault drip@cern%10", "every third answer says to come back later"],
  ],
  build: addStart,
};

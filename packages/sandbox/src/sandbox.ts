import { type CernControl, type CernOptions, createCern, type Identity } from "./cern/facility.ts";
import type { CtaDataControl } from "./ctadata/control.ts";
import { createCtaData } from "./ctadata/facility.ts";
import type { CtaDataOptions } from "./ctadata/options.ts";
import { checkListener, type FacilityName, listenerNames, withNeeds } from "./facilities.ts";
import type { FacilityContext, FacilityParts } from "./facility.ts";
import { type Fault, milliseconds } from "./faults/kinds.ts";
import { FaultLayer } from "./faults/layer.ts";
import { bufferReply } from "./http/message.ts";
import { FacilityServer } from "./http/server.ts";
import type { IcatPlusControl } from "./icatplus/control.ts";
import { createIcatPlus } from "./icatplus/facility.ts";
import type { IcatPlusOptions } from "./icatplus/options.ts";
import { createMyMdc, type MyMdcControl, type MyMdcOptions } from "./mymdc/facility.ts";
import { checkFields, checkWhole, SandboxError } from "./names.ts";
import { type ReceivedRequest, RequestLog } from "./requests.ts";
import { createOms, type OmsControl, type OmsOptions } from "./oms/facility.ts";
import type { RunRegistryControl } from "./runregistry/control.ts";
import { createRunRegistry, type RunRegistryOptions } from "./runregistry/facility.ts";

/** Options of `startSandbox`. Every one has a default. */
export interface SandboxOptions {
  /** Which facilities; those that they need are started too. Default: all. */
  readonly facilities?: readonly string[];
  /** Ports by facility; `icat-broker` is the message broker of ICAT+. Default: free ones. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Folder in which changes are kept and from which they are read at the start. Default: in memory. */
  readonly state?: string;
  /** Number of runs. Default: the real ones and a few beside them, about 600. */
  readonly scale?: number;
  /** Number from which everything generated follows, faults included. Default 1. */
  readonly seed?: number;
  /** Wait before each answer of every facility, in milliseconds or as text (`20ms`). Default none. */
  readonly latency?: number | string;
  /** Misbehaviour, as text (`KIND[:ARG][@FACILITY][%RATE]`) or as objects. */
  readonly faults?: readonly (Fault | string)[];
  readonly cern?: CernOptions;
  readonly runregistry?: RunRegistryOptions;
  readonly oms?: OmsOptions;
  readonly mymdc?: MyMdcOptions;
  readonly icatPlus?: IcatPlusOptions;
  readonly ctadata?: CtaDataOptions;
}

/** A sandbox that runs. */
export interface Sandbox {
  /** Address of each facility, as a client is given it. */
  readonly urls: Readonly<Record<string, string>>;
  /** Variables that point every client at it. */
  readonly env: Readonly<Record<string, string>>;
  /** Address of a server that stands for a foreign host: `redirect-away` leads there. */
  readonly elsewhere: string;
  /** The latest requests of all facilities, oldest first; at most 1,000. */
  readonly requests: readonly ReceivedRequest[];
  /** Requests received since the start or `clearRequests()`. */
  readonly requestCount: number;
  clearRequests(): void;
  /** Rules of misbehaviour in force. */
  readonly faults: readonly Fault[];
  /** Replaces all rules; resolves once ports that a rule closes are closed, or open again. Throws SandboxError `USAGE`. */
  setFaults(faults: readonly (Fault | string)[]): Promise<void>;
  /** CERN's log-in. Throws SandboxError `USAGE` when it was not started. */
  readonly cern: CernControl;
  /** Run Registry. Throws SandboxError `USAGE` when it was not started. */
  readonly runregistry: RunRegistryControl;
  /** OMS. Throws SandboxError `USAGE` when it was not started. */
  readonly oms: OmsControl;
  /** European XFEL's metadata catalogue. Throws SandboxError `USAGE` when it was not started. */
  readonly mymdc: MyMdcControl;
  /** ICAT+ with its message broker. Throws SandboxError `USAGE` when it was not started. */
  readonly icatPlus: IcatPlusControl;
  /** The storage of CTAO. Throws SandboxError `USAGE` when it was not started. */
  readonly ctadata: CtaDataControl;
  /** Ends everything; resolves when all ports are closed and the state is written. May be called twice. */
  stop(): Promise<void>;
}

const optionNames: readonly (keyof SandboxOptions)[] = [
  "facilities",
  "ports",
  "state",
  "scale",
  "seed",
  "latency",
  "faults",
  "cern",
  "runregistry",
  "oms",
  "mymdc",
  "icatPlus",
  "ctadata",
];

function portsOf(options: SandboxOptions): Map<string, number> {
  const ports = new Map<string, number>();
  for (const [name, port] of Object.entries(options.ports ?? {}))
    ports.set(checkListener(name), checkWhole(`the port of ${name}`, port, 0, 65_535));
  return ports;
}

function faultsOf({ latency, faults = [] }: SandboxOptions): (Fault | string)[] {
  if (latency === undefined) return [...faults];
  const wait = typeof latency === "number" ? latency : milliseconds(latency, "latency");
  if (!(wait >= 0))
    throw new SandboxError("USAGE", `latency must be a number of milliseconds or a duration such as 20ms, not ${String(latency)}`);
  return wait === 0 ? [...faults] : [{ kind: "latency", arg: `${wait}ms` }, ...faults];
}

interface Running {
  readonly parts: FacilityParts<unknown>;
  readonly server: FacilityServer;
}

/**
 * Starts facilities on 127.0.0.1, in this process.
 * Throws SandboxError: `USAGE` for a wrong option, `PORT` when a port cannot be had, `STATE` when the folder for the state cannot be used.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkFields("option of the sandbox", options, optionNames);
  const names = withNeeds(options.facilities);
  const ports = portsOf(options);
  const seed = checkWhole("seed", options.seed ?? 1, 0, 0xffffffff);
  const scale = options.scale === undefined ? undefined : checkWhole("scale", options.scale, 1, 1_000_000);
  const layer = new FaultLayer(seed, [...listenerNames, "elsewhere"]);
  const log = new RequestLog();
  const running = new Map<FacilityName, Running>();

  const foreign = new FacilityServer(
    "elsewhere",
    () => bufferReply(200, "text/plain; charset=utf-8", Buffer.from("this is another host\n")),
    layer,
    log,
    () => "",
  );
  const stopAll = async (): Promise<void> => {
    await Promise.all([...running.values()].map(({ server }) => server.close()).concat(foreign.close()));
    for (const { parts } of running.values()) await parts.close?.();
  };
  const make = (name: FacilityName, context: FacilityContext): FacilityParts<unknown> => {
    if (name === "cern") return createCern(options.cern ?? {}, context);
    if (name === "ctadata") return createCtaData(options.ctadata ?? {}, context);
    if (name === "icat-plus") return createIcatPlus(options.icatPlus ?? {}, context);
    if (name === "mymdc") return createMyMdc(options.mymdc ?? {}, context);
    const identity = (running.get("cern")?.parts as FacilityParts<unknown> & { identity: Identity }).identity;
    if (name === "oms") return createOms(options.oms ?? {}, identity, context);
    return createRunRegistry(options.runregistry ?? {}, identity, context);
  };

  try {
    await foreign.listen(0);
    for (const name of names) {
      const holder: { server?: FacilityServer } = {};
      const origin = (): string => (holder.server as FacilityServer).origin;
      const parts = make(name, {
        origin,
        seed,
        scale,
        state: options.state,
        port: (listener) => ports.get(listener) ?? 0,
        faults: layer,
        log,
        elsewhere: () => foreign.origin,
      });
      const server = new FacilityServer(name, parts.service, layer, log, () => foreign.origin, parts.tls);
      holder.server = server;
      running.set(name, { parts, server });
      await server.listen(ports.get(name) ?? 0);
      await parts.start?.();
    }
    await layer.set(faultsOf(options));
  } catch (error) {
    await stopAll();
    throw error;
  }

  const control = (name: FacilityName): unknown => {
    const found = running.get(name);
    if (found === undefined) throw new SandboxError("USAGE", `facility "${name}" was not started; name it in facilities`);
    return found.parts.control;
  };
  let stopped: Promise<void> | undefined;
  return {
    urls: Object.fromEntries([...running].map(([name, { parts }]) => [name, parts.url()])),
    env: Object.assign({}, ...[...running.values()].map(({ parts }) => parts.env())) as Record<string, string>,
    elsewhere: foreign.origin,
    get requests() {
      return log.list();
    },
    get requestCount() {
      return log.count;
    },
    clearRequests: () => log.clear(),
    get faults() {
      return layer.faults;
    },
    setFaults: (faults) => layer.set(faults),
    get cern() {
      return control("cern") as CernControl;
    },
    get runregistry() {
      return control("runregistry") as RunRegistryControl;
    },
    get oms() {
      return control("oms") as OmsControl;
    },
    get mymdc() {
      return control("mymdc") as MyMdcControl;
    },
    get ctadata() {
      return control("ctadata") as CtaDataControl;
    },
    get icatPlus() {
      return control("icat-plus") as IcatPlusControl;
    },
    stop: () => (stopped ??= stopAll()),
  };
}

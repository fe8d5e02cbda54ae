import type { FaultLayer } from "./faults/layer.ts";
import type { Service, TlsSetting } from "./http/server.ts";
import type { StreamService } from "./http/stream.ts";
import type { RequestLog } from "./requests.ts";

/** What the sandbox gives to a facility when it makes it. */
export interface FacilityContext {
  /** `http://127.0.0.1:PORT` of the facility; known once it listens. */
  readonly origin: () => string;
  readonly seed: number;
  readonly scale: number | undefined;
  /** Folder for the state; undefined: in memory. */
  readonly state: string | undefined;
  /** Port that was asked for a listener beside the facility's own (`furtherListeners`); 0: a free one. */
  readonly port: (listener: string) => number;
  /** The rules of misbehaviour, for listeners that are no HTTP servers. */
  readonly faults: FaultLayer;
  readonly log: RequestLog;
  /** Address of the server that stands for a foreign host. */
  readonly elsewhere: () => string;
}

/** What a facility gives to the sandbox. */
export interface FacilityParts<Control> {
  readonly service: Service | StreamService;
  /** Key and certificate where it speaks https. */
  readonly tls?: TlsSetting;
  /** What tests may do with it while it runs. */
  readonly control: Control;
  /** Variables that point clients at it. */
  readonly env: () => Record<string, string>;
  /** The address that a client is given. */
  readonly url: () => string;
  /** Opens what is beside the HTTP server; is called once that listens. */
  readonly start?: () => Promise<void>;
  /** Writes what is left to write and lets go of files. */
  readonly close?: () => Promise<void>;
}

import { checkInteger, checkNames } from "../check.ts";
import { clientOptionNames } from "../core.ts";
import { isLoopback } from "../engine/redirect.ts";
import { createSettings } from "../engine/settings.ts";
import { SciError } from "../errors.ts";
import type { ClientOptions, ServiceDefinition } from "../options.ts";
import { openDoor, requestDoor } from "./door-call.ts";
import { keepState, type DoorState } from "./door-state.ts";
import type { DoorAnswer, DoorCallOptions, DoorRequest, DoorStream } from "./types.ts";

/** Options of a door: those of every client. */
export interface DoorOptions extends ClientOptions {
  /** Connections to one origin at most. @default 128 */
  readonly connections?: number;
  /** Credentials that stand in URLs (a session in the path), to be masked in messages, errors and events. @default none */
  readonly secrets?: readonly string[];
}

/**
 * The way to one storage. A door may send a request on to a pool (another origin): the contents come from there, credentials and client
 * certificates do not go there, and whatever fails there is asked for at the door again.
 */
export interface Door {
  readonly service: ServiceDefinition;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly origin: string;
  /** Whether the storage runs on this machine. */
  readonly isLocal: boolean;
  /** The absolute, escaped URL of a path below the base URL, given decoded. @throws INVALID_ARGUMENT for "." and ".." in it */
  urlOf(path: string): string;
  /**
   * A small exchange, its answer read whole (16 MiB at most).
   * @throws the codes of every client, DISK_FULL for 507, LOCKED for 423
   */
  request(request: DoorRequest, options?: DoorCallOptions): Promise<DoorAnswer>;
  /** An exchange whose answer is read as it comes: repeated until its head is here, not after. @throws as {@link Door.request} */
  open(request: DoorRequest, options?: DoorCallOptions): Promise<DoorStream>;
  /** Ends idle connections; requests after it are refused. */
  close(): Promise<void>;
}

/** @throws INVALID_ARGUMENT for an unknown option, naming the nearest one, and for a base URL that is none */
export function createDoor(service: ServiceDefinition, options: DoorOptions = {}): Door {
  checkNames(options, [...clientOptionNames, "connections", "secrets"], `option of ${service.name}`);
  const { connections = 128, secrets = [], ...client } = options;
  checkInteger(connections, "connections", { min: 1, max: 1024 });
  const settings = createSettings(service, client, connections);
  const { baseUrl, origin, trustedOrigins, transport } = settings;
  let closed = false;
  const certificateOrigins = [origin, ...trustedOrigins];
  const state: DoorState = {
    settings,
    secrets,
    connection: {
      ...(options.tls === undefined ? {} : { tls: options.tls }),
      ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
      ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
      certificateOrigins,
      connectTimeout: { connect: 10_000, ...settings.timeout }.connect,
    },
    ends: new Set(),
    trusted: (one) => one === origin || trustedOrigins.includes(one),
    checkOpen() {
      if (closed) throw new SciError("INVALID_ARGUMENT", `The client of ${service.name} is closed.`, { service: service.name });
    },
  };
  const door: Door = {
    service,
    baseUrl,
    origin,
    isLocal: isLoopback(new URL(baseUrl)),
    urlOf: (path) => baseUrl + escapePath(path),
    request: (request, callOptions = {}) => requestDoor(state, request, callOptions),
    open: (request, callOptions = {}) => openDoor(state, request, callOptions),
    async close() {
      closed = true;
      for (const end of state.ends) end();
      await transport.close();
    },
  };
  keepState(door, state);
  return door;
}

/** A decoded path as it stands in a URL, with one slash in front. */
export function escapePath(path: string): string {
  const parts = path.split("/");
  for (const part of parts) {
    // They would be resolved away before they are sent.
    if (part === "." || part === "..") throw new SciError("INVALID_ARGUMENT", `A remote path cannot hold "${part}" as a part: ${path}`);
  }
  const escaped = parts.map(encodeURIComponent).join("/");
  return escaped.startsWith("/") ? escaped : `/${escaped}`;
}

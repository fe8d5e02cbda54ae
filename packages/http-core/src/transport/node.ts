import type { Dispatcher } from "undici";
import { checkInteger, checkNames, shown } from "../check.ts";
import { SciError } from "../errors.ts";
import { createFetchTransport } from "./fetch.ts";
import type { Pool } from "./pool.ts";
import { chooseProxy } from "./proxy.ts";
import type { TlsOptions, Transport, TransportOptions, TransportRequest, TransportResponse } from "./types.ts";

const tlsNames = ["ca", "cert", "key", "passphrase", "pfx", "rejectUnauthorized"] as const satisfies readonly (keyof TlsOptions)[];

/**
 * The transport of Node: undici's pool, loaded at the first request; with `fetch` that function; with `dispatcher` that one.
 * @throws INVALID_ARGUMENT for options that do not go together
 */
export function createTransport(options: TransportOptions): Transport {
  const {
    fetch,
    dispatcher,
    connections = 16,
    connectTimeout = 10_000,
    warn = (message: string) => process.emitWarning(message),
  } = options;
  for (const name of ["fetch", "dispatcher"] as const) {
    if (options[name] === undefined) continue;
    const other = (["tls", "proxy", "dispatcher"] as const).find((one) => one !== name && options[one] !== undefined);
    if (other !== undefined) {
      throw new SciError(
        "INVALID_ARGUMENT",
        `The options ${name} and ${other} do not go together: ${name} makes the connections itself. Give one of them.`,
      );
    }
  }
  if (fetch !== undefined) {
    if (typeof fetch !== "function") throw new SciError("INVALID_ARGUMENT", `The option fetch must be a function, not ${shown(fetch)}.`);
    return createFetchTransport({ fetch, redirect: "manual" });
  }
  checkInteger(connections, "connections", { min: 1, max: 1024 });
  if (dispatcher !== undefined && typeof (dispatcher as Partial<Dispatcher>).dispatch !== "function") {
    throw new SciError("INVALID_ARGUMENT", "The option dispatcher must be a dispatcher of undici 7 or later (an Agent, a Pool, …).");
  }
  checkTls(options);
  const proxyChoice = chooseProxy(options.proxy, process.env);

  const open = async (): Promise<Pool> => {
    const { createPool, useDispatcher } = await import("./pool.ts");
    if (dispatcher !== undefined) return useDispatcher(dispatcher as Dispatcher, connectTimeout);
    return createPool({ ...options, connections, connectTimeout, chooseProxy: proxyChoice, warn });
  };
  let opening: Promise<Pool> | undefined;
  let pool: Pool | undefined;
  let closed = false;
  if (options.tls?.rejectUnauthorized === false) {
    warn(
      "CERTIFICATES ARE NOT CHECKED (tls.rejectUnauthorized: false): anybody on the network can read and change what is sent, credentials included. Name the CA as tls.ca instead.",
    );
  }

  const openAndSend = async (request: TransportRequest): Promise<TransportResponse> => {
    if (closed) throw new SciError("INVALID_ARGUMENT", "The transport is closed.");
    opening ??= open();
    try {
      pool = await opening;
    } catch (error) {
      // A file that is mended is read again by the next request.
      opening = undefined;
      throw error;
    }
    return pool.send(request);
  };

  return {
    send: (request) => (pool !== undefined && !closed ? pool.send(request) : openAndSend(request)),
    async close() {
      if (closed) return;
      closed = true;
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

function checkTls({ tls, certificateOrigins }: TransportOptions): void {
  if (tls === undefined) return;
  checkNames(tls, tlsNames, "option in tls");
  for (const name of ["cert", "key", "pfx"] as const) {
    const value = tls[name];
    if (value !== undefined && typeof value !== "string" && !(value instanceof Uint8Array)) {
      throw new SciError("INVALID_ARGUMENT", `tls.${name} must be a path, a text or bytes, not a value of type ${typeof value}.`);
    }
  }
  if (tls.pfx !== undefined && (tls.cert !== undefined || tls.key !== undefined)) {
    throw new SciError("INVALID_ARGUMENT", "Give tls.pfx or tls.cert with tls.key, not both.");
  }
  if (tls.key !== undefined && tls.cert === undefined) throw new SciError("INVALID_ARGUMENT", "tls.key needs its certificate as tls.cert.");
  if ((tls.cert !== undefined || tls.pfx !== undefined) && certificateOrigins === undefined) {
    throw new SciError("INVALID_ARGUMENT", "A client certificate needs certificateOrigins: the origins that may see it.");
  }
}

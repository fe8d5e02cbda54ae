import { EventEmitter, once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { exitCodes, runProgram } from "@sci/cli-core";
import { definition } from "../src/cli/program.ts";

interface Run {
  readonly signals: EventEmitter;
  readonly firstLine: Promise<string>;
  readonly output: () => string;
  readonly errors: () => string;
  readonly code: Promise<number>;
}

function start(...argv: string[]): Run {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const signals = new EventEmitter();
  const text = { out: "", err: "" };
  const line = new EventEmitter();
  stdout.on("data", (chunk: Buffer) => {
    text.out += chunk.toString();
    if (text.out.includes("\n")) line.emit("line", text.out.slice(0, text.out.indexOf("\n")));
  });
  stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  const firstLine = once(line, "line").then(([first]) => first as string);
  const code = runProgram(definition, { argv, stdout, stderr, signals, env: {}, kill: () => undefined });
  return { signals, firstLine, output: () => text.out, errors: () => text.err, code };
}

describe("sci-sandbox start", () => {
  test("the storage of CTAO: its profile, and https with an authority whose file is named", async () => {
    const run = start("start", "--facility", "ctadata", "--profile", "plain", "--tls", "--port", "ctadata-pool=0", "--scale", "20");
    const { env } = JSON.parse((await run.firstLine).slice("READY ".length)) as { env: Record<string, string> };
    expect(Object.keys(env).sort()).toEqual([
      ...["CTACS_URL", "CTADATA_CLIENT_ID", "CTADATA_CLIENT_SECRET", "CTADATA_ISSUER", "CTADATA_TOKEN", "CTADATA_URL", "CTADS_URL"],
      ...["JUPYTERHUB_API_TOKEN", "NODE_EXTRA_CA_CERTS"],
    ]);
    const ca = readFileSync(env["NODE_EXTRA_CA_CERTS"] as string);
    const [response] = (await once(get(`${env["CTADATA_URL"] as string}/cta/DL1/v0.1/empty.txt`, { ca, agent: false }), "response")) as [
      IncomingMessage,
    ];
    expect(response.resume().statusCode).toBe(200);
    run.signals.emit("SIGTERM");
    expect(await run.code).toBe(exitCodes.done);
    expect(existsSync(env["NODE_EXTRA_CA_CERTS"] as string)).toBe(false);
  });

  test.each(["SIGTERM", "SIGINT"])("prints one line READY, and ends with 0 on %s", async (signal) => {
    const run = start(
      "start",
      "--facility",
      "cern,runregistry",
      "--scale",
      "20",
      "--seed",
      "7",
      "--latency",
      "1ms",
      "--fault",
      "drip:1ms@cern%1/2",
      "--token-lifetime",
      "90s",
    );
    const line = await run.firstLine;
    expect(line).toMatch(/^READY \{/);
    const { urls, env } = JSON.parse(line.slice("READY ".length)) as { urls: Record<string, string>; env: Record<string, string> };
    expect(Object.keys(urls)).toEqual(["cern", "runregistry"]);
    expect(Object.keys(env).sort()).toEqual(["CERN_AUTH_URL", "RUNREGISTRY_URL", "SSO_CLIENT_ID", "SSO_CLIENT_SECRET"]);
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      audience: "cmsrunregistry-sso-proxy",
      client_id: env["SSO_CLIENT_ID"] as string,
      client_secret: env["SSO_CLIENT_SECRET"] as string,
    });
    const token = (await (await fetch(`${env["CERN_AUTH_URL"] as string}/api-access/token`, { method: "POST", body: form })).json()) as {
      access_token: string;
      expires_in: number;
    };
    expect(token.expires_in).toBe(90);
    const reply = await fetch(`${env["RUNREGISTRY_URL"] as string}/runs_filtered_ordered`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token.access_token}` },
      body: JSON.stringify({ filter: {}, sortings: [], page: 0, page_size: 5 }),
    });
    expect(await reply.json()).toMatchObject({ count: 20 });
    run.signals.emit(signal);
    expect(await run.code).toBe(exitCodes.done);
    expect(run.output()).toBe(`${line}\n`);
    await expect(fetch(urls["cern"] as string)).rejects.toThrow();
  });

  test.each([
    [["--profile", "dcash"], 'unknown ctadata.profile "dcash" (did you mean "dcache"?)'],
    [["--facility", "ctadat"], 'unknown facility "ctadat" (did you mean "ctadata"?)'],
    [["--facility", "cren"], 'did you mean "cern"?'],
    [["--port", "9500"], '--port takes FACILITY=NUMBER such as runregistry=9500, not "9500"'],
    [["--fault", "latncy"], 'did you mean "latency"?'],
    [["--scale", "many"], "--scale must be a whole number"],
    [["--nosuch"], "unknown option '--nosuch'"],
  ])("%j is wrong usage", async (argv, message) => {
    const run = start("start", ...argv);
    expect(await run.code).toBe(exitCodes.usage);
    expect(run.errors()).toContain(message);
    expect(run.output()).toBe("");
  });
});

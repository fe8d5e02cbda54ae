import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** pyicat_plus's own mock service: a broker (coilmq), ingesters and a REST server. */
export interface IcatMock {
  /** `host:port` of STOMP, without a log-in. */
  readonly broker: string;
  /** Address of the REST server. */
  readonly url: string;
  readonly elogbookToken: string;
  readonly monitorPort: number;
  /** What it printed so far: `received message:` and the body of each message, and every request. */
  readonly output: string;
  /** Sessions that its ingester opened, and the datasets of one. */
  investigations(): Record<string, unknown>[];
  datasets(investigationId: number | string): Record<string, unknown>[];
  stop(): Promise<void>;
}

interface Config {
  readonly metadata_urls: readonly string[];
  readonly elogbook_url: string;
  readonly elogbook_token: string;
  readonly metadata_queue_monitor_port: number;
}

function table(folder: string, name: string): Record<string, unknown>[] {
  const path = join(folder, name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>[]) : [];
}

/** Starts it with the interpreter of `icatEnvironment()`; takes some seconds. */
export async function startIcatMock(python: string): Promise<IcatMock> {
  const folder = mkdtempSync(join(tmpdir(), "icat-mock-"));
  const child = spawn(python, ["-u", fileURLToPath(new URL("mock_icat.py", import.meta.url)), folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ready = new Promise<Config>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      output += `${line}\n`;
      if (line.startsWith("READY ")) resolve(JSON.parse(line.slice(6)) as Config);
    });
    lines.on("close", () => reject(new Error(`the mock service of pyicat_plus ended: ${output.slice(-2000)}`)));
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const config = await ready;
    return {
      broker: config.metadata_urls[0] as string,
      url: config.elogbook_url,
      elogbookToken: config.elogbook_token,
      monitorPort: config.metadata_queue_monitor_port,
      get output() {
        return output;
      },
      investigations: () => table(folder, "investigations.json"),
      datasets: (id) => table(folder, `datasets${id}.json`),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

import { connect } from "node:net";
import { expect, test } from "vitest";
import { startSandbox } from "../src/index.ts";

const heads = (answer: string): number => answer.match(/HTTP\/1\.1 \d\d\d [^<\r]*\r\n/g)?.length ?? 0;

/** Asks several questions at once on one connection and gives everything that comes back until so many answers are there. */
async function pipelined(port: number, requests: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  try {
    socket.write(requests.join(""));
    return await new Promise((resolve, reject) => {
      socket.on("error", reject).on("close", () => resolve(answer));
      socket.on("data", (chunk: Buffer) => {
        answer += chunk.toString("latin1");
        if (heads(answer) === requests.length) resolve(answer);
      });
    });
  } finally {
    socket.destroy();
  }
}

test("questions that come before the last answer is done are answered, each in its turn", async () => {
  const sandbox = await startSandbox({ facilities: ["ctadata", "runregistry"], ctadata: { files: 3, login: false, redirect: false } });
  try {
    for (const [url, method] of [
      [sandbox.ctadata.doorUrl, "PROPFIND"],
      [sandbox.ctadata.doorUrl, "GET"],
      [sandbox.urls.runregistry as string, "GET"],
    ] as const) {
      const { port } = new URL(url);
      const answer = await pipelined(
        Number(port),
        Array(5).fill(`${method} / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nDepth: 1\r\n\r\n`) as string[],
      );
      expect(heads(answer)).toBe(5);
    }
  } finally {
    await sandbox.stop();
  }
});

import { Writable } from "node:stream";
import { runProgram } from "@sci/cli-core";
import { json, startServer } from "@sci/http-core/testing";
import { expect, test, vi } from "vitest";
import { definition } from "../src/cli/program.ts";

function sink(): { readonly stream: Writable; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}

test("one item, as JSON", async () => {
  const server = await startServer({ "GET /items/7": json({ id: 7, name: "seven" }) });
  vi.stubEnv("MYMDC_URL", server.url);
  try {
    const stdout = sink();
    const stderr = sink();
    const code = await runProgram(definition, { argv: ["item", "7", "--format", "json"], stdout: stdout.stream, stderr: stderr.stream });
    expect({ code, stderr: stderr.text() }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout.text())).toEqual({ id: 7, name: "seven" });
  } finally {
    vi.unstubAllEnvs();
    await server.stop();
  }
});

test("an id that is none is wrong usage", async () => {
  const stderr = sink();
  const code = await runProgram(definition, { argv: ["item", "seven"], stdout: sink().stream, stderr: stderr.stream });
  expect(code).toBe(2);
  expect(stderr.text()).toContain("id must be a whole number");
});

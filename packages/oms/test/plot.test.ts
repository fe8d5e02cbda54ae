import { json, startServer } from "@sci/http-core/testing";
import { expect, it, vi } from "vitest";
import { command } from "./support/command.ts";

it("a chart as SVG without echarts is told what to install, after the rows", async () => {
  vi.doMock("echarts", () => {
    throw new Error("Cannot find package 'echarts'");
  });
  const data = [{ id: "1", type: "lumisections", attributes: { lumisection_number: 1, pileup: 30 } }];
  const server = await startServer(() => json({ data, meta: { totalResourceCount: 1 } }));
  try {
    const { code, stdout, stderr } = await command(server.url, ["lumisections", "2", "--fields", "pileup", "--plot-file", "never.svg"]);
    expect(code).toBe(1);
    expect(stdout).toBe('{"pileup":30}\n');
    expect(stderr).toBe("oms: --plot-file needs the package echarts, which is not installed: npm install echarts\n");
  } finally {
    vi.doUnmock("echarts");
    await server.stop();
  }
});

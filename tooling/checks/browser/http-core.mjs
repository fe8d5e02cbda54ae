import { createCore, operation } from "@sci/http-core";

const getRun = operation({ name: "run", method: "GET", path: "/runs/{run}" });

/** One call, as a page would make it. */
export async function run(baseUrl, number) {
  const core = createCore({ name: "example", userAgent: "example/1.0", baseUrl });
  return core.request(getRun, { run: number });
}

import { preset } from "@sci/tooling/presets/vitest";
import { mergeConfig } from "vitest/config";

// Peers are slow to start and share one machine: one file at a time, with minutes rather than seconds.
export default mergeConfig(preset(), {
  test: {
    include: ["*/**/*.peer.test.ts"],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 900_000,
  },
});

import { preset } from "@sci/tooling/presets/vitest";

export default preset();

import { preset } from "./presets/vitest.mjs";

export default preset();

import { preset } from "@sci/tooling/presets/tsup";

export default preset();

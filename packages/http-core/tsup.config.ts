import { preset } from "@sci/tooling/presets/tsup";

// Every client brings it: minified and without maps it stays within what a package may weigh.
export default preset({ minify: true, sourcemap: false });

import { preset } from "@sci/tooling/presets/tsup";

// Every client brings it: without maps and blanks it stays within what a package may weigh.
export default preset({ minifyWhitespace: true, minifySyntax: true, sourcemap: false });

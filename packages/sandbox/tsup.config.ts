import { preset } from "@sci/tooling/presets/tsup";

// Six facilities: readable code and maps would be twice what a package may bring.
export default preset({ minify: true, sourcemap: false });

import { preset } from "@sci/tooling/presets/tsup";

// tough-cookie and its list of public suffixes take 4 MB as installed packages and 0.2 MB in here.
export default preset({ noExternal: [/^tough-cookie$/, /^tldts/] });

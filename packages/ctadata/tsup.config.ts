import { fileURLToPath } from "node:url";
import { preset } from "@sci/tooling/presets/tsup";

// The webdav library takes 15 MB in 34 packages as installed, and 0.2 MB in here, where its requests go through our own transport:
// node-fetch, which it brings for them, is left out. White space is left out for its sake; maps give places in the sources.
export default preset({
  platform: "node",
  noExternal: [/^webdav$/],
  esbuildOptions: (options) => {
    options.sourcesContent = false;
    options.minifyWhitespace = true;
    options.minifySyntax = true;
    options.legalComments = "none";
    options.alias = { "@buttercup/fetch": fileURLToPath(new URL("./src/webdav-fetch.ts", import.meta.url)) };
  },
});

// `pnpm bundle:offline <package> [folder]`
import { join, relative, resolve } from "node:path";
import { packageNamed, publishedPackages, root } from "../lib/workspace.mjs";
import { bundleOffline } from "./bundle.mjs";

const [name, target] = process.argv.slice(2);
try {
  if (name === undefined)
    throw new Error(
      `Usage: pnpm bundle:offline <package> [folder]. Packages: ${publishedPackages()
        .map((one) => one.short)
        .join(", ")}.`,
    );
  const one = packageNamed(name);
  const folder =
    target === undefined ? join(root, "tooling", ".cache", "offline", one.short) : resolve(process.env.INIT_CWD ?? ".", target);
  console.log(`Building and packing ${one.name} …`);
  const tarballs = await bundleOffline(one, folder);
  console.log(`${tarballs.length} tarballs in ${relative(process.cwd(), folder)}. On the other host, in your application's folder:`);
  console.log("  npm install --offline /path/to/this/folder/*.tgz");
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Names of a path below `base`; undefined when it is not below it, or holds what no name may hold. */
export function namesOf(path: string, base = ""): string[] | undefined {
  if (path.includes("#") || (path !== base && !path.startsWith(`${base}/`))) return undefined;
  const names: string[] = [];
  for (const part of path.slice(base.length).split("/")) {
    if (part === "") continue;
    let name: string;
    try {
      name = decodeURIComponent(part);
    } catch {
      return undefined;
    }
    if (name === "." || name === ".." || /[/\0]/.test(name)) return undefined;
    names.push(name);
  }
  return names;
}

/** The path as it stands in a URL. A folder ends with a slash. */
export function hrefOf(base: string, names: readonly string[], folder: boolean): string {
  const path = names.map((name) => `/${encodeURIComponent(name)}`).join("");
  return `${base}${path}${folder ? "/" : ""}` || "/";
}

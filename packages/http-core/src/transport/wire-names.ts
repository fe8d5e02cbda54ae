const known = new Map<string, string>();

/**
 * Header names as they are usually written ("Content-Length"). They may be written in any way, but some servers compare them
 * letter by letter: XRootD 5.5 does not see a "depth" or "content-length" in small letters.
 */
export function wireHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const named: Record<string, string> = {};
  for (const name of Object.keys(headers)) named[wireName(name)] = headers[name] as string;
  return named;
}

function wireName(name: string): string {
  let written = known.get(name);
  if (written === undefined) {
    written = name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase());
    if (known.size < 1000) known.set(name, written);
  }
  return written;
}

import { SciError } from "../errors.ts";

/** Bytes (on Windows: characters) that one part of a path may have on nearly every file system. */
const longestPart = 255;

/** Devices of Windows, in any spelling and with any extension. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/**
 * The parts of a name that a server gave, below the target folder. Nothing that comes out can lead out of it: no `..`, no absolute path,
 * no NUL, and where Windows is the target, none of the names that mean something else there.
 * @throws UNSAFE_NAME naming the file and what is wrong with it
 */
export function safeParts(name: string, platform: NodeJS.Platform = process.platform): string[] {
  const parts = name.split("/");
  for (const part of parts) {
    const wrong = unsafe(part, platform);
    if (wrong !== undefined) {
      throw new SciError("UNSAFE_NAME", `The file ${JSON.stringify(name)} is not written: ${wrong}.`, { details: { name } });
    }
  }
  return parts;
}

function unsafe(part: string, platform: NodeJS.Platform): string | undefined {
  if (part === "") return "its name is empty, or begins or ends with a slash, or has two together";
  if (part === "." || part === "..") return `"${part}" as a part of its name leads elsewhere`;
  if (part.includes("\0")) return "its name holds a NUL character";
  // Half a surrogate pair would become another name on the disk.
  if (/[\ud800-\udfff]/.test(part) && /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(part))
    return "its name is no proper Unicode";
  if (platform === "win32") {
    if (/[<>:"|?*\\\u0001-\u001f]/.test(part)) return `Windows does not allow < > : " | ? * \\ and control characters in "${part}"`;
    if (/[. ]$/.test(part)) return `Windows drops the dot or blank at the end of "${part}"`;
    if (devices.test(part)) return `"${part}" is a device on Windows`;
    if (part.length > longestPart) return `"${part.slice(0, 40)}…" has ${part.length} characters, more than ${longestPart}`;
  } else if (part.length * 3 > longestPart && Buffer.byteLength(part) > longestPart) {
    return `"${part.slice(0, 40)}…" has ${Buffer.byteLength(part)} bytes, more than ${longestPart}`;
  }
  return undefined;
}

/** The same for two names that a file system without case, or with one form of Unicode only, takes for one. */
export function foldedName(name: string): string {
  return name.normalize("NFC").toLowerCase().normalize("NFC");
}

/** "name (1).ext", "name (2).ext", …; the ending of an archive (`.tar.gz`) stays together. */
export function numberedName(name: string, number: number): string {
  const ending = /(?<=.)(\.tar)?\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? "";
  return `${name.slice(0, name.length - ending.length)} (${number})${ending}`;
}

/** What is known of a part stands in a file of its name with this behind it. */
export const noteSuffix = ".json";

/** The name of the file that grows before it gets its own. The key keeps sources apart that share a name. */
export function partName(name: string, key: string): string {
  const full = `${name}.${key}.part`;
  if (full.length * 3 + noteSuffix.length <= longestPart || Buffer.byteLength(full) + noteSuffix.length <= longestPart) return full;
  return `.${key}-${Buffer.byteLength(name)}.part`;
}

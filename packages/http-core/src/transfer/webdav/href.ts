import { SciError } from "../../errors.ts";

/** The collection that a multistatus answers for. */
export interface Asked {
  /** Absolute; that of a collection ends in a slash. */
  readonly url: URL;
}

/** A name of a listing, found within what was asked for. */
export interface Place {
  /** Parts below what was asked for, decoded: none for that itself. */
  readonly parts: readonly string[];
  /** Absolute and escaped, with a slash at the end only where the server sent one. */
  readonly url: string;
}

/**
 * Places the hrefs of one answer. Servers send them absolute or as paths, escaped in their own ways, and some (XRootD) not
 * escaped at all: there a `%` or `#` is part of the name. A href that cannot be an escaped path is taken literally, and once
 * the href of the collection itself shows that nothing is escaped, all are.
 */
export class HrefReader {
  readonly #asked: readonly string[];
  /** What was asked for reads differently when escaped: its own href then tells which of the two the server does. */
  readonly #telling: boolean;
  #literal = false;

  constructor(private readonly url: URL) {
    this.#asked = partsOf(url.pathname).map(decodePart);
    this.#telling = partsOf(url.pathname).some((part) => part !== decodePart(part));
  }

  /** All further hrefs are names as they are. */
  takeLiterally(): void {
    this.#literal = true;
  }

  /** @throws INVALID_RESPONSE for a href outside of what was asked for, or one that cannot be a name */
  read(href: string): Place {
    const path = pathOf(href);
    const literal = this.#literal || !isEscaped(path);
    const own = path.startsWith("/") ? [] : this.#asked;
    const sent = partsOf(path);
    const parts = [...own, ...(literal ? sent : sent.map(decodePart))];
    for (const [index, part] of this.#asked.entries()) {
      if (parts[index] === part) continue;
      const inside = !literal && this.#telling ? this.#asLiteral(sent) : undefined;
      if (inside !== undefined) return inside;
      throw foreign(href, this.url);
    }
    if (literal && this.#telling && parts.length === this.#asked.length) this.#literal = true;
    const below = sent.slice(this.#asked.length - own.length);
    return this.#place(parts.slice(this.#asked.length), path.endsWith("/"), href, literal ? undefined : below);
  }

  /** The collection's name holds a "%" of its own, which only a server that escapes nothing sends as it is. */
  #asLiteral(sent: readonly string[]): Place | undefined {
    if (!this.#asked.every((part, index) => sent[index] === part)) return undefined;
    this.#literal = true;
    return this.#place(sent.slice(this.#asked.length), false, sent.join("/"));
  }

  /** @param escaped the parts as they were sent: a name that is no UTF-8 can only be asked for so */
  #place(parts: readonly string[], slash: boolean, href: string, escaped?: readonly string[]): Place {
    for (const part of parts) {
      if (part === "." || part === ".." || part.includes("/") || part.includes("\0")) throw foreign(href, this.url);
    }
    const base = this.url.pathname.endsWith("/") ? this.url.pathname : `${this.url.pathname}/`;
    if (parts.length === 0) return { parts, url: this.url.href };
    const inUrl = (part: string, index: number): string => {
      const sent = escaped?.[index];
      return sent !== undefined && part.includes("%") && wholly(sent) === undefined ? sent : encodePart(part);
    };
    return { parts, url: `${this.url.origin}${base}${parts.map(inUrl).join("/")}${slash ? "/" : ""}` };
  }
}

function foreign(href: string, asked: URL): SciError<"INVALID_RESPONSE"> {
  return new SciError(
    "INVALID_RESPONSE",
    `The listing of ${asked.origin}${asked.pathname} names "${href.slice(0, 200)}", which does not lie in it. Nothing of it is used.`,
    { details: { href: href.slice(0, 500) } },
  );
}

/** The path of a href. The host of an absolute one is not looked at: behind a relay it is another, and it is never asked. */
function pathOf(href: string): string {
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(href);
  return absolute === null ? href : href.slice(absolute[0].length) || "/";
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

/** Whether a path can have been escaped: no character that an escaped one cannot hold, and each `%` followed by two digits. */
function isEscaped(path: string): boolean {
  return !/[\x00-\x20"#<>?\\^`{|}\x7f]|%(?![0-9A-Fa-f]{2})/.test(path);
}

/** One part of a path without its escapes; those that are no UTF-8 stay as they are. */
export function decodePart(part: string): string {
  if (!part.includes("%")) return part;
  return wholly(part) ?? part.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeRun);
}

function wholly(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** The characters among the escaped bytes, of up to four bytes each. */
function decodeRun(run: string): string {
  let text = "";
  for (let at = 0; at < run.length;) {
    const length = [3, 6, 9, 12].find((one) => at + one <= run.length && wholly(run.slice(at, at + one)) !== undefined);
    text += length === undefined ? run.slice(at, at + 3) : decodeURIComponent(run.slice(at, at + length));
    at += length ?? 3;
  }
  return text;
}

/** One part of a path as it stands in a URL: all but the unreserved characters of RFC 3986 escaped. */
export function encodePart(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

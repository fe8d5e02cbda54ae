import { XmlDecoder } from "./xml-text.ts";
import { copied, malformed, XmlReader, type XmlHandler } from "./xml.ts";

/** One `response` of a multistatus: what a server says about one name. */
export interface DavResponse {
  /** As it stands in the answer, entities resolved. */
  readonly href: string;
  /** Further hrefs with the same status. */
  readonly others: readonly string[];
  /** Of the whole response, where it has one: then it has no properties. */
  readonly status: number | undefined;
  /** Whether `resourcetype` names a collection; undefined where the server did not tell. */
  readonly collection: boolean | undefined;
  /** The properties found (a propstat of 2xx or without status), by `{namespace}name`; those that were wanted. */
  readonly properties: ReadonlyMap<string, string>;
  /** Properties that the server refused, with the status (403, 404 …). */
  readonly refused: ReadonlyMap<string, number>;
  /** Its own words on what went wrong. */
  readonly description: string | undefined;
  /** The name of the condition that failed, e.g. `lock-token-submitted`. */
  readonly condition: string | undefined;
}

const DAV = "{DAV:}";
const resourceType = `${DAV}resourcetype`;

/** Characters of one property's value. */
const maxValue = 64 * 1024;

/** Collects responses from the events of an {@link XmlReader}. */
class Collector implements XmlHandler {
  wantsText = false;
  /** Responses that are complete. */
  responses: DavResponse[] = [];
  /** Of the multistatus itself. */
  description: string | undefined;
  #depth = 0;
  #text = "";
  #href: string | undefined;
  #others: string[] = [];
  #status: number | undefined;
  #collection: boolean | undefined;
  #properties = new Map<string, string>();
  #refused = new Map<string, number>();
  #responseDescription: string | undefined;
  #condition: string | undefined;
  #propStatus: number | undefined;
  #found: [string, string][] = [];
  #foundCollection: boolean | undefined;
  /** What stands at depth 2 and 3: `response` and its child. */
  #child = "";
  #inPropstat = "";
  #property: string | undefined;

  constructor(private readonly wanted: ReadonlySet<string> | undefined) {}

  open(name: string): void {
    const depth = ++this.#depth;
    if (depth === 1) {
      if (name !== `${DAV}multistatus`) throw malformed(`its root is ${name}, not the multistatus of WebDAV`);
    } else if (depth === 2) {
      this.#child = "";
      if (name === `${DAV}response`) this.#begin();
      else this.#collectText(name === `${DAV}responsedescription`);
    } else if (depth === 3) {
      this.#child = name;
      if (name === `${DAV}propstat`) {
        this.#propStatus = undefined;
        this.#found = [];
        this.#foundCollection = undefined;
        this.#inPropstat = "";
      } else this.#collectText(name === `${DAV}href` || name === `${DAV}status` || name === `${DAV}responsedescription`);
    } else if (depth === 4) {
      this.#inPropstat = name;
      if (this.#child === `${DAV}propstat`) this.#collectText(name === `${DAV}status` || name === `${DAV}responsedescription`);
      else if (this.#child === `${DAV}error`) this.#condition ??= local(name);
    } else if (depth === 5) {
      if (this.#child !== `${DAV}propstat` || this.#inPropstat !== `${DAV}prop`) return;
      this.#property = name;
      if (name === resourceType) this.#foundCollection ??= false;
      else this.#collectText(this.wanted === undefined || this.wanted.has(name));
    } else if (depth === 6 && this.#property === resourceType && name === `${DAV}collection`) {
      this.#foundCollection = true;
    }
  }

  text(text: string): void {
    this.#text += text;
    if (this.#text.length > maxValue) throw malformed(`a value of more than ${maxValue} characters stands in it`);
  }

  close(name: string): void {
    const depth = this.#depth--;
    if (depth === 5) {
      if (this.#property === undefined) return;
      if (this.wantsText) this.#found.push([name, copied(this.#text.trim())]);
      this.#property = undefined;
      this.wantsText = false;
    } else if (depth === 4) {
      if (this.wantsText) {
        this.wantsText = false;
        if (name === `${DAV}status`) this.#propStatus = statusOf(this.#text);
        else this.#responseDescription ??= copied(this.#text.trim());
      }
    } else if (depth === 3) {
      if (name === `${DAV}propstat`) this.#mergeProperties();
      else if (this.wantsText) {
        this.wantsText = false;
        this.#value(name, this.#text.trim());
      }
    } else if (depth === 2) {
      if (name === `${DAV}response`) this.#end();
      else if (this.wantsText) this.description = copied(this.#text.trim());
      this.wantsText = false;
    }
  }

  #collectText(wanted: boolean): void {
    this.wantsText = wanted;
    this.#text = "";
  }

  #value(name: string, text: string): void {
    if (name === `${DAV}href`) {
      if (this.#href === undefined) this.#href = copied(text);
      else this.#others.push(copied(text));
    } else if (name === `${DAV}status`) this.#status = statusOf(text);
    else this.#responseDescription ??= copied(text);
  }

  #begin(): void {
    this.#href = undefined;
    this.#others = [];
    this.#status = undefined;
    this.#collection = undefined;
    this.#properties = new Map();
    this.#refused = new Map();
    this.#responseDescription = undefined;
    this.#condition = undefined;
  }

  #mergeProperties(): void {
    const status = this.#propStatus;
    if (status === undefined || (status >= 200 && status < 300)) {
      this.#collection ??= this.#foundCollection;
      for (const [name, value] of this.#found) if (!this.#properties.has(name)) this.#properties.set(name, value);
    } else if (status !== 404) {
      for (const [name] of this.#found) this.#refused.set(name, status);
      if (this.#foundCollection !== undefined) this.#refused.set(resourceType, status);
    }
  }

  #end(): void {
    if (this.#href === undefined) throw malformed("a response in it has no href");
    this.responses.push({
      href: this.#href,
      others: this.#others,
      status: this.#status,
      collection: this.#collection,
      properties: this.#properties,
      refused: this.#refused,
      description: this.#responseDescription,
      condition: this.#condition,
    });
  }
}

/** `HTTP/1.1 404 Not Found`; some servers leave the protocol out. */
function statusOf(text: string): number {
  const found = /^\s*(?:HTTP\/[\d.]+\s+)?(\d{3})(?:\s|$)/i.exec(text);
  if (found === null) throw malformed(`"${text.slice(0, 40)}" is no status`);
  return Number(found[1]);
}

function local(name: string): string {
  return name.slice(name.indexOf("}") + 1);
}

/**
 * Reads a multistatus as it arrives and gives its responses one by one; what is held is one piece of the answer and the
 * responses in it. `wanted` names the properties to keep (`{namespace}name`); all where it is left out.
 * @throws INVALID_RESPONSE for what is no well-formed multistatus, TRUNCATED where it ends before its end, and what the source throws
 */
export async function* readMultistatus(
  source: AsyncIterable<Uint8Array>,
  options: { readonly contentType?: string | undefined; readonly wanted?: ReadonlySet<string> } = {},
): AsyncGenerator<DavResponse, void, undefined> {
  for await (const batch of readMultistatusBatches(source, options)) yield* batch;
}

/** The same, the responses of each piece of the answer together: a walk over many entries waits less often. */
export async function* readMultistatusBatches(
  source: AsyncIterable<Uint8Array>,
  options: { readonly contentType?: string | undefined; readonly wanted?: ReadonlySet<string> } = {},
): AsyncGenerator<readonly DavResponse[], void, undefined> {
  const collector = new Collector(options.wanted);
  const reader = new XmlReader(collector);
  const decoder = new XmlDecoder(options.contentType);
  const taken = (): readonly DavResponse[] => {
    const { responses } = collector;
    collector.responses = [];
    return responses;
  };
  for await (const piece of source) {
    reader.write(decoder.write(piece));
    if (collector.responses.length > 0) yield taken();
  }
  reader.write(decoder.end());
  if (collector.responses.length > 0) yield taken();
  reader.end();
}

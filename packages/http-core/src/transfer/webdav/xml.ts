import { SciError } from "../../errors.ts";

/** What a reader tells: elements by their expanded names `{namespace}local`. */
export interface XmlHandler {
  open(name: string): void;
  close(name: string): void;
  /** A piece of text, entities resolved; one element's text may come in several. Asked for only while {@link wantsText}. */
  text(text: string): void;
  readonly wantsText: boolean;
}

/** Characters of one piece of text, one tag or one comment at most: the most that is ever held. */
const maxToken = 256 * 1024;
const maxDepth = 100;
const properName = /^[^\s!-,/;-@[-^`{-\x7f]+$/;
const xmlNamespace = "http://www.w3.org/XML/1998/namespace";

/** The namespaces of an element, with the names that were looked up in it: servers repeat the same few thousands of times. */
class Scope {
  readonly #names = new Map<string, string>();
  /** Scopes of elements below that declare something, by the text of their attributes. */
  readonly #inner = new Map<string, Scope>();
  constructor(
    readonly prefixes: ReadonlyMap<string, string>,
    readonly parent?: Scope,
  ) {}

  /** Undefined for what is no name, or has a prefix that nobody declared. */
  expand(name: string): string | undefined {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    if (!properName.test(name)) return undefined;
    const colon = name.indexOf(":");
    const namespace = this.prefixes.get(colon === -1 ? "" : name.slice(0, colon));
    if (namespace === undefined) return undefined;
    const expanded = copied(`{${namespace}}${name.slice(colon + 1)}`);
    if (this.#names.size >= 1000) this.#names.clear();
    this.#names.set(copied(name), expanded);
    return expanded;
  }

  inner(attributes: string, declared: () => Map<string, string>): Scope {
    const known = this.#inner.get(attributes);
    if (known !== undefined) return known;
    const scope = new Scope(new Map([...this.prefixes, ...declared()]), this);
    if (this.#inner.size >= 100) this.#inner.clear();
    this.#inner.set(copied(attributes), scope);
    return scope;
  }
}

/**
 * A reader of XML with namespaces that takes its text in pieces, cut anywhere, and holds one tag or one text at a time.
 * A document type is passed over and nothing in it ever loaded or replaced; one that declares something of its own is refused.
 * Well-formedness is checked as far as it bears on what is read: nesting, names, entities, one root, an end.
 */
export class XmlReader {
  #rest = "";
  /** Where in the document {@link #rest} begins. */
  #offset = 0;
  readonly #open: string[] = [];
  readonly #scopes: Scope[] = [];
  #scope = new Scope(
    new Map([
      ["", ""],
      ["xml", xmlNamespace],
    ]),
  );
  #rootSeen = false;

  constructor(private readonly handler: XmlHandler) {}

  /** @throws INVALID_RESPONSE where the text is not well-formed */
  write(piece: string): void {
    const data = this.#rest === "" ? piece : this.#rest + piece;
    let at = 0;
    for (;;) {
      const markup = data.indexOf("<", at);
      if (markup === -1) break;
      if (markup > at) this.#text(data, at, markup);
      const next = this.#markup(data, markup);
      if (next === -1) {
        at = markup;
        break;
      }
      at = next;
    }
    this.#rest = at === 0 ? data : data.slice(at);
    this.#offset += at;
    if (this.#rest.length > maxToken) {
      throw malformed(`a piece of more than ${maxToken} characters without an end begins at character ${this.#offset}`);
    }
  }

  /** @throws TRUNCATED where the document is not complete */
  end(): void {
    if (this.#open.length > 0) {
      throw new SciError("TRUNCATED", `The XML of the answer ends within <${shortName(this.#open[this.#open.length - 1] as string)}>.`);
    }
    if (!this.#rootSeen) throw new SciError("TRUNCATED", "The answer holds no XML.");
    if (this.#rest.trim() !== "") throw malformed("something follows its last element");
  }

  #text(data: string, from: number, to: number): void {
    if (this.#open.length === 0) {
      const text = data.slice(from, to);
      if (text.replace("\ufeff", "").trim() !== "") {
        throw malformed(this.#rootSeen ? "text follows its last element" : "text stands before its first element");
      }
      return;
    }
    if (!this.handler.wantsText) return;
    const text = data.slice(from, to);
    this.handler.text(text.includes("&") ? resolveEntities(text) : text);
  }

  /** @returns the place after the markup, -1 where it is not complete */
  #markup(data: string, at: number): number {
    const second = data.charCodeAt(at + 1);
    if (second === 0x2f /* / */) {
      const end = data.indexOf(">", at);
      if (end === -1) return -1;
      this.#close(data.slice(at + 2, end).trimEnd());
      return end + 1;
    }
    if (second === 0x21 /* ! */) return this.#declaration(data, at);
    if (second === 0x3f /* ? */) {
      const end = data.indexOf("?>", at + 2);
      return end === -1 ? -1 : end + 2;
    }
    const end = tagEnd(data, at);
    if (end === -1) return -1;
    const empty = data.charCodeAt(end - 1) === 0x2f;
    this.#element(data.slice(at + 1, empty ? end - 1 : end), empty);
    return end + 1;
  }

  #declaration(data: string, at: number): number {
    if (data.startsWith("<!--", at)) {
      const end = data.indexOf("-->", at + 4);
      return end === -1 ? -1 : end + 3;
    }
    if (data.startsWith("<![CDATA[", at)) {
      if (this.#open.length === 0) throw malformed("text stands outside of its root element");
      const end = data.indexOf("]]>", at + 9);
      if (end === -1) return -1;
      if (this.handler.wantsText) this.handler.text(data.slice(at + 9, end));
      return end + 3;
    }
    if (data.startsWith("<!DOCTYPE", at)) {
      if (this.#rootSeen) throw malformed("a document type stands within it");
      const end = tagEnd(data, at);
      const own = data.indexOf("[", at);
      if (own !== -1 && (end === -1 || own < end)) throw malformed("it declares entities of its own (DOCTYPE […]), which is not accepted");
      return end === -1 ? -1 : end + 1;
    }
    if (["<!--", "<![CDATA[", "<!DOCTYPE"].some((start) => start.startsWith(data.slice(at)))) return -1;
    throw malformed(`"${data.slice(at, at + 20)}" is no markup`);
  }

  #element(tag: string, empty: boolean): void {
    if (this.#open.length === 0 && this.#rootSeen) throw malformed("it has more than one root element");
    const blank = tag.search(/\s/);
    const name = blank === -1 ? tag : tag.slice(0, blank);
    const outer = this.#scope;
    if (blank !== -1) {
      const attributes = tag.slice(blank).trim();
      if (attributes !== "") {
        if (attributes.includes("xmlns")) this.#scope = outer.inner(attributes, () => declarations(attributes));
        else declarations(attributes);
      }
    }
    const expanded = this.#scope.expand(name);
    if (expanded === undefined) throw malformed(`<${name.slice(0, 60)}> is no element with a declared prefix`);
    this.#rootSeen = true;
    this.handler.open(expanded);
    if (empty) {
      this.handler.close(expanded);
      this.#scope = outer;
      return;
    }
    if (this.#open.length >= maxDepth) throw malformed(`its elements are nested deeper than ${maxDepth}`);
    this.#open.push(expanded);
    this.#scopes.push(outer);
  }

  #close(name: string): void {
    const open = this.#open[this.#open.length - 1];
    const expanded = this.#scope.expand(name);
    if (open === undefined || expanded !== open) {
      throw malformed(`</${name.slice(0, 60)}> stands where ${open === undefined ? "nothing is open" : `<${shortName(open)}> is open`}`);
    }
    this.#open.pop();
    this.#scope = this.#scopes.pop() as Scope;
    this.handler.close(open);
  }
}

/** The ">" of a tag, past those within quotes; -1 where it is not there yet. */
function tagEnd(data: string, at: number): number {
  let from = at + 1;
  for (;;) {
    const end = data.indexOf(">", from);
    if (end === -1) return -1;
    let quote = -1;
    for (let index = from; index < end && quote === -1; index++) {
      const code = data.charCodeAt(index);
      if (code === 0x22 || code === 0x27) quote = index;
    }
    if (quote === -1) return end;
    const closing = data.indexOf(data[quote] as string, quote + 1);
    if (closing === -1) return -1;
    from = closing + 1;
  }
}

const attribute = /^([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')\s*/;

/** The prefixes that a tag declares, "" for none. */
function declarations(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (let rest = text; rest !== "";) {
    const parts = attribute.exec(rest);
    if (parts === null) throw malformed(`"${rest.slice(0, 60)}" is no attribute`);
    const [whole, name = "", double, single] = parts;
    rest = rest.slice(whole.length);
    if (name !== "xmlns" && !name.startsWith("xmlns:")) continue;
    found.set(copied(name.slice(6)), copied(resolveEntities(double ?? single ?? "")));
  }
  return found;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function resolveEntities(text: string): string {
  return text.replace(/&([^;&\s]{0,20};?)/g, (whole, inner: string) => {
    const name = inner.endsWith(";") ? inner.slice(0, -1) : undefined;
    const value = name === undefined ? undefined : name.startsWith("#") ? character(name) : entities[name];
    if (value === undefined) throw malformed(`"${whole}" is no entity of XML`);
    return value;
  });
}

function character(name: string): string | undefined {
  const parts = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
  if (parts === null) return undefined;
  const code = parts[1] === undefined ? Number(parts[2]) : Number.parseInt(parts[1], 16);
  const allowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000));
  return allowed ? String.fromCodePoint(code) : undefined;
}

/** A text of its own: a part of a larger one would keep that in memory as long as the part is held. */
export function copied(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, "utf16le").toString("utf16le");
}

export function malformed(what: string): SciError<"INVALID_RESPONSE"> {
  return new SciError("INVALID_RESPONSE", `The XML of the answer is not well-formed: ${what}.`);
}

function shortName(expanded: string): string {
  return expanded.slice(expanded.indexOf("}") + 1);
}

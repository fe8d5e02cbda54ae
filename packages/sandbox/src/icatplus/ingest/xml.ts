/** An element of an XML document, without the prefix of its namespace. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Text of an element without children. */
  readonly text: string;
}

/** What is wrong with a document. */
export class XmlError extends Error {
  override name = "XmlError";
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
// What XML 1.0 allows, besides what stands beyond the first plane.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const deepest = 50;

function decode(text: string): string {
  return text.replace(/&([^;\s&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(";")) throw new XmlError(`"${whole.slice(0, 20)}" is no reference`);
    const number = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name);
    const code = number === null ? undefined : number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
    const meant = code === undefined ? entities[name] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (meant === undefined || forbidden.test(meant)) throw new XmlError(`"${whole}" stands for nothing that XML allows`);
    return meant;
  });
}

interface Open {
  readonly tag: string;
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

const token =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const attribute = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const local = (tag: string): string => tag.slice(tag.indexOf(":") + 1);

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = "", double, single] of text.matchAll(attribute)) {
    if (name in found) throw new XmlError(`attribute ${name} stands twice`);
    found[name] = decode(double ?? single ?? "");
  }
  return found;
}

/** Reads a document. No document type, and so no entities of its own. Throws XmlError. */
export function parseXml(text: string): Element {
  const bad = forbidden.exec(text);
  if (bad !== null)
    throw new XmlError(`character U+${bad[0].charCodeAt(0).toString(16).padStart(4, "0")} at ${bad.index} is not allowed in XML`);
  const open: Open[] = [];
  let root: Element | undefined;
  const close = ({ name, attributes, children, text: inner }: Open): void => {
    const element: Element = { name, attributes, children, text: children.length > 0 ? "" : inner };
    const parent = open.at(-1);
    if (parent !== undefined) parent.children.push(element);
    else root = element;
  };
  token.lastIndex = text.startsWith("\ufeff") ? 1 : 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new XmlError(`what stands at ${at} cannot be read: ${text.slice(at, at + 30)}`);
    const [, data, slash, tag, written = "", empty, plain] = match;
    const top = open.at(-1);
    if (plain !== undefined || data !== undefined) {
      if (top !== undefined) top.text += data ?? decode(plain ?? "");
      else if (data !== undefined || plain?.trim() !== "") throw new XmlError(`text outside the root element at ${at}`);
    } else if (tag !== undefined && slash === "/") {
      if (top?.tag !== tag) throw new XmlError(`</${tag}> at ${at} closes ${top === undefined ? "nothing" : `<${top.tag}>`}`);
      open.pop();
      close(top);
    } else if (tag !== undefined) {
      if (root !== undefined) throw new XmlError(`a second root element at ${at}`);
      if (open.length >= deepest) throw new XmlError(`more than ${deepest} elements within each other`);
      const element: Open = { tag, name: local(tag), attributes: attributesOf(written), children: [], text: "" };
      if (empty === "/") close(element);
      else open.push(element);
    }
  }
  if (open.length > 0) throw new XmlError(`<${(open.at(-1) as Open).tag}> is not closed`);
  if (root === undefined) throw new XmlError("there is no element");
  return root;
}

/** Text of the child of a name, without blanks around it; undefined when it is absent or empty. */
export function textOf(element: Element, name: string): string | undefined {
  const text = element.children.find((child) => child.name === name)?.text.trim();
  return text === "" ? undefined : text;
}

import { SaxesParser, type SaxesTagNS } from "saxes";

/** An element of a request body. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly { readonly namespace: string; readonly name: string; readonly value: string }[];
  readonly children: (XmlElement | string)[];
}

const xmlNamespace = "http://www.w3.org/XML/1998/namespace";
const deepest = 200;

/** Reads a document. Throws an Error when it is not well-formed XML with right namespaces. */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag: SaxesTagNS) => {
    const element: XmlElement = {
      namespace: tag.uri,
      name: tag.local,
      attributes: Object.values(tag.attributes)
        .filter(({ prefix, name }) => prefix !== "xmlns" && name !== "xmlns")
        .map(({ uri, local, value }) => ({ namespace: uri, name: local, value })),
      children: [],
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    if (open.push(element) > deepest) throw new Error(`elements are nested deeper than ${deepest}`);
  });
  parser.on("closetag", () => void open.pop());
  const add = (content: string): void => void open.at(-1)?.children.push(content);
  parser.on("text", add);
  parser.on("cdata", add);
  parser.write(text).close();
  if (root === undefined) throw new Error("no element in the document");
  return root;
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text made safe inside XML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] as string);
}

/** The element as XML that stands for itself: every namespace is declared on it or below. */
export function writeXml(element: XmlElement): string {
  const prefixes = new Map<string, string>();
  const prefixOf = (namespace: string): string => {
    if (namespace === xmlNamespace) return "xml:";
    if (namespace === "") return "";
    if (!prefixes.has(namespace)) prefixes.set(namespace, `x${prefixes.size}`);
    return `${prefixes.get(namespace) as string}:`;
  };
  const write = (at: XmlElement): { tag: string; attributes: string; content: string } => ({
    tag: prefixOf(at.namespace) + at.name,
    attributes: at.attributes.map(({ namespace, name, value }) => ` ${prefixOf(namespace)}${name}="${escapeXml(value)}"`).join(""),
    content: at.children.map((child) => (typeof child === "string" ? escapeXml(child) : whole(write(child), ""))).join(""),
  });
  const whole = ({ tag, attributes, content }: ReturnType<typeof write>, declarations: string): string =>
    content === "" ? `<${tag}${declarations}${attributes}/>` : `<${tag}${declarations}${attributes}>${content}</${tag}>`;
  const written = write(element);
  // No namespace is the default within the element, wherever it is put.
  return whole(written, ` xmlns=""${[...prefixes].map(([namespace, prefix]) => ` xmlns:${prefix}="${escapeXml(namespace)}"`).join("")}`);
}

/** Text of an element without its tags. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}

/** Children that are elements, of one name in DAV: where it is given. */
export function elementsOf(element: XmlElement, name?: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement =>
      typeof child !== "string" && (name === undefined || (child.namespace === "DAV:" && child.name === name)),
  );
}

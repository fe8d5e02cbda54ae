import { elementsOf, parseXml as parseDocument, textOf as wholeText, type XmlElement } from "../../ctadata/dav/xml.ts";

/** An element of a message. */
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

const namespace = "http://www.esrf.fr/icat";

function elementOf(element: XmlElement): Element {
  if (element.namespace !== namespace) throw new XmlError(`<${element.name}> is not in the namespace ${namespace}`);
  const children = elementsOf(element).map(elementOf);
  return {
    name: element.name,
    attributes: Object.fromEntries(element.attributes.map(({ name, value }) => [name, value])),
    children,
    text: children.length > 0 ? "" : wholeText(element),
  };
}

/** Reads a message: well-formed, every element in the namespace of the catalogue. Throws XmlError. */
export function parseXml(text: string): Element {
  let root: XmlElement;
  try {
    root = parseDocument(text);
  } catch (error) {
    throw new XmlError(`the message is no XML: ${(error as Error).message}`);
  }
  return elementOf(root);
}

/** Text of the child of a name, without blanks around it; undefined when it is absent or empty. */
export function textOf(element: Element, name: string): string | undefined {
  const text = element.children.find((child) => child.name === name)?.text.trim();
  return text === "" ? undefined : text;
}

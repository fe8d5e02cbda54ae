import type { DefaultTreeAdapterTypes as Tree } from "parse5";

/** A field of a form as a browser would send it. */
export interface Field {
  readonly name: string;
  readonly value: string;
  /** "hidden", "text", "password", "submit", … */
  readonly type: string;
  /** What browsers fill it with: "one-time-code", "current-password", … */
  readonly autocomplete: string;
}

export interface Form {
  readonly id: string;
  /** Absolute. */
  readonly action: URL | undefined;
  readonly fields: readonly Field[];
}

export interface Link {
  readonly id: string;
  readonly url: URL | undefined;
}

/** What a log-in needs to know of a web page. */
export interface Page {
  readonly title: string;
  readonly forms: readonly Form[];
  readonly links: readonly Link[];
  /** What the page says went wrong, without markup. */
  readonly problem: string | undefined;
}

/** Where Keycloak's themes, CERN's among them, put what went wrong. The first that holds text counts. */
const problemMarks: readonly ((element: Tree.Element) => boolean)[] = [
  (element) => attribute(element, "id") === "kc-error-message",
  (element) => /^input-error/.test(attribute(element, "id")),
  (element) => hasClass(element, "kc-feedback-text"),
  (element) => hasClass(element, "alert-error") || hasClass(element, "alert-danger"),
];

/** Reads a page as browsers do: parse5 builds the same tree, whatever the markup lacks. Loaded with the first page. */
export async function readPage(html: string, at: URL): Promise<Page> {
  const { parse } = await import("parse5");
  // Without scripts what stands in <noscript> belongs to the page.
  const elements = elementsOf(parse(html, { scriptingEnabled: false }));
  const base = elements.find(({ tagName }) => tagName === "base");
  const from = resolve(base === undefined ? "" : attribute(base, "href"), at) ?? at;
  const heading =
    elements.find((element) => attribute(element, "id") === "kc-page-title") ?? elements.find(({ tagName }) => tagName === "title");
  const problems = problemMarks.flatMap((isMark) => elements.filter(isMark).map(textOf)).filter((text) => text !== "");
  return {
    title: heading === undefined ? "" : textOf(heading),
    forms: elements
      .filter(({ tagName }) => tagName === "form")
      .map((form) => ({ id: attribute(form, "id"), action: resolve(attribute(form, "action") || at.href, from), fields: fieldsOf(form) })),
    links: elements
      .filter(({ tagName }) => tagName === "a")
      .map((link) => ({ id: attribute(link, "id"), url: resolve(attribute(link, "href"), from) })),
    problem: problems[0],
  };
}

function fieldsOf(form: Tree.Element): Field[] {
  let submitted = false;
  return elementsOf(form).flatMap((element): Field[] => {
    const name = attribute(element, "name");
    const type = element.tagName === "input" ? (attribute(element, "type") || "text").toLowerCase() : element.tagName;
    if (!["input", "button", "select", "textarea"].includes(element.tagName) || has(element, "disabled")) return [];
    if ((type === "checkbox" || type === "radio") && !has(element, "checked")) return [];
    if (type === "submit" || type === "button" || type === "image" || type === "reset") {
      // A browser sends the one button that was pressed.
      if (submitted || type === "reset" || type === "image" || (type === "button" && element.tagName === "input")) return [];
      submitted = true;
    }
    if (name === "") return [];
    return [{ name, type, value: valueOf(element), autocomplete: attribute(element, "autocomplete") }];
  });
}

function valueOf(element: Tree.Element): string {
  if (element.tagName === "textarea") return textOf(element);
  if (element.tagName !== "select") return attribute(element, "value");
  const options = elementsOf(element).filter(({ tagName }) => tagName === "option");
  const chosen = options.find((option) => has(option, "selected")) ?? options[0];
  return chosen === undefined ? "" : has(chosen, "value") ? attribute(chosen, "value") : textOf(chosen);
}

/** All elements below a node in the order of the page; not recursive, since a page may be nested as deeply as it likes. */
function elementsOf(root: Tree.ParentNode): Tree.Element[] {
  const found: Tree.Element[] = [];
  const waiting: Tree.ChildNode[] = [...root.childNodes].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if ("tagName" in node) found.push(node);
    if ("content" in node) waiting.push(...[...node.content.childNodes].reverse());
    if ("childNodes" in node) waiting.push(...[...node.childNodes].reverse());
  }
  return found;
}

function textOf(root: Tree.Element): string {
  let text = "";
  const waiting: Tree.ChildNode[] = [...root.childNodes].reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.nodeName === "#text") text += (node as Tree.TextNode).value;
    else if ("childNodes" in node && node.nodeName !== "script" && node.nodeName !== "style")
      waiting.push(...[...node.childNodes].reverse());
  }
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function attribute(element: Tree.Element, name: string): string {
  return element.attrs.find((one) => one.name === name)?.value ?? "";
}

function has(element: Tree.Element, name: string): boolean {
  return element.attrs.some((one) => one.name === name);
}

function hasClass(element: Tree.Element, name: string): boolean {
  return attribute(element, "class").split(/\s+/).includes(name);
}

function resolve(address: string, base: URL): URL | undefined {
  return URL.canParse(address, base.href) ? new URL(address, base.href) : undefined;
}

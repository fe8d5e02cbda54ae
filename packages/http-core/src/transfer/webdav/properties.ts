import { checksumProperties } from "./checksums.ts";

/** Properties by their expanded names. */
export const property = {
  resourceType: "{DAV:}resourcetype",
  length: "{DAV:}getcontentlength",
  modified: "{DAV:}getlastmodified",
  etag: "{DAV:}getetag",
  isCollection: "{DAV:}iscollection",
  executable: "{DAV:}executable",
  quotaUsed: "{DAV:}quota-used-bytes",
  quotaAvailable: "{DAV:}quota-available-bytes",
  locality: "{http://srm.lbl.gov/StorageResourceManager}FileLocality",
} as const;

const basic: readonly string[] = [property.resourceType, property.length, property.modified, property.etag];

/** What servers send besides without being asked, and what is needed to read them. */
const unasked: readonly string[] = [property.isCollection, property.executable];

/** What is asked for about each entry besides its name, kind, length and time. */
export interface PropertyOptions {
  /** Checksums that the server keeps as properties (dCache, ownCloud, StoRM). @default false */
  readonly checksums?: boolean;
  /** Where the contents lie (dCache). @default false */
  readonly locality?: boolean;
  /** Further properties, by their expanded names `{namespace}name`. */
  readonly properties?: readonly string[];
}

/** The names to ask for. */
export function propertyNames(options: PropertyOptions): string[] {
  return [
    ...basic,
    ...(options.checksums === true ? Object.values(checksumProperties) : []),
    ...(options.locality === true ? [property.locality] : []),
    ...(options.properties ?? []),
  ];
}

/** The names to keep of what comes. */
export function wantedNames(asked: readonly string[]): ReadonlySet<string> {
  return new Set([...asked, ...unasked]);
}

/** The body of a PROPFIND that asks for properties by name: each namespace is declared once. */
export function propfindBody(names: readonly string[]): string {
  const prefixes = new Map<string, string>([["DAV:", ""]]);
  const elements = names.map((name) => {
    const end = name.indexOf("}");
    const namespace = name.slice(1, end);
    const prefix = prefixes.get(namespace) ?? `p${prefixes.size}`;
    prefixes.set(namespace, prefix);
    return `<${prefix === "" ? "" : `${prefix}:`}${name.slice(end + 1)}/>`;
  });
  const declared = [...prefixes].map(([namespace, prefix]) => ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeXml(namespace)}"`);
  return `<?xml version="1.0" encoding="utf-8"?><propfind${declared.join("")}><prop>${elements.join("")}</prop></propfind>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

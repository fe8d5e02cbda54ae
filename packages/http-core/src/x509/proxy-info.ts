import { derElements, dotted, type DerElement, type Extension } from "./der.ts";
import { oids } from "./names.ts";

/** What an RFC 3820 proxy says about itself. */
export interface ProxyDescription {
  /** "all": whatever its owner may; "limited": not start jobs (Globus); "independent": nothing of its owner's; else the policy's identifier. */
  readonly policy: "all" | "limited" | "independent" | (string & {});
  /** How many further proxies may follow; undefined for any number. */
  readonly pathLength: number | undefined;
}

const integer = 0x02;
const octetString = 0x04;
const objectIdentifier = 0x06;

/** SEQUENCE { pCPathLenConstraint INTEGER OPTIONAL, proxyPolicy SEQUENCE { policyLanguage OBJECT IDENTIFIER, … } } */
export function proxyOf(extensions: readonly Extension[]): ProxyDescription | undefined {
  const info = extensions.find(({ oid }) => oid === oids.proxyCertInfo);
  const fields = info && children(derElements(info.value)?.[0]);
  const language = fields && children(fields.find(({ tag }) => tag === 0x30))[0];
  if (fields === undefined || language?.tag !== objectIdentifier) return undefined;
  const length = fields.find(({ tag }) => tag === integer)?.content;
  const known: Readonly<Record<string, string>> = {
    [oids.inheritAll]: "all",
    [oids.limited]: "limited",
    [oids.independent]: "independent",
  };
  const policy = dotted(language.content);
  return {
    policy: known[policy] ?? policy,
    pathLength: length === undefined ? undefined : Number(BigInt(`0x${Buffer.from(length).toString("hex") || "0"}`)),
  };
}

/** The fully qualified attribute names in the attribute certificates of VOMS, in their order. */
export function vomsAttributesOf(extensions: readonly Extension[]): string[] {
  const acs = extensions.find(({ oid }) => oid === oids.vomsAcs);
  const found: string[] = [];
  const waiting = acs === undefined ? [] : [...(derElements(acs.value) ?? [])];
  for (let element = waiting.shift(); element !== undefined; element = waiting.shift()) {
    const inner = children(element);
    // Attribute ::= SEQUENCE { type, SET OF IetfAttrSyntax { [0] policyAuthority, SEQUENCE OF OCTET STRING } }
    if (inner[0]?.tag === objectIdentifier && dotted(inner[0].content) === oids.vomsFqans) {
      const values = children(inner[1])
        .flatMap(children)
        .filter(({ tag }) => tag === 0x30)
        .flatMap(children);
      found.push(...values.filter(({ tag }) => tag === octetString).map(({ content }) => Buffer.from(content).toString("utf8")));
    } else waiting.unshift(...inner);
  }
  return found;
}

/** Elements within a constructed element; none in others. */
function children(element: DerElement | undefined): DerElement[] {
  return element === undefined || (element.tag & 0x20) === 0 ? [] : (derElements(element.content) ?? []);
}

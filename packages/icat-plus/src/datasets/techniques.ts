import { ontologyVersion, techniqueTable } from "../definitions/techniques.generated.ts";

interface Technique {
  readonly iri: string;
  readonly name: string;
}

let index: { readonly byName: ReadonlyMap<string, Technique>; readonly byIri: ReadonlyMap<string, Technique> } | undefined;

/** The table lists `iri-ending|name|name…` per technique; where two share a name the first has it. */
function techniques(): NonNullable<typeof index> {
  if (index !== undefined) return index;
  const byName = new Map<string, Technique>();
  const byIri = new Map<string, Technique>();
  for (const line of techniqueTable.split("\n")) {
    const [ending = "", ...names] = line.split("|");
    const technique = { iri: `https://w3id.org/PaN/ESRFET#${ending}`, name: names[0] as string };
    byIri.set(technique.iri, technique);
    byIri.set(`https://w3id.org/PaN/ESRFET/v${ontologyVersion}/#${ending}`, technique);
    for (const name of names) if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), technique);
  }
  return (index = { byName, byIri });
}

const find = (identifier: string): Technique | undefined =>
  techniques().byName.get(identifier.toLowerCase()) ?? techniques().byIri.get(identifier);

/** The fields `definition`, `technique_pid` and `technique_pid_esrfet_version`; undefined is "not set". */
export interface TechniqueFields {
  readonly definition: readonly string[] | undefined;
  readonly pids: readonly string[] | undefined;
  readonly version: string | undefined;
}

/** The fields completed from each other, and what the ontology ESRFET does not know. */
export function completeTechniques(fields: TechniqueFields): TechniqueFields & { readonly unknown: readonly string[] } {
  const { definition = [], pids = [] } = fields;
  if (definition.length === 0 && pids.length === 0) return { ...fields, version: undefined, unknown: [] };
  const found = new Map<string, Technique>();
  const unknownNames: string[] = [];
  const unknownPids: string[] = [];
  for (const name of definition) {
    const technique = find(name);
    if (technique === undefined) unknownNames.push(name);
    else found.set(technique.iri, technique);
  }
  for (const given of pids) {
    const pid = given.replace(/^http:\/\/purl\.org\/pan-science\/ESRFET#(?=.)/, "https://w3id.org/PaN/ESRFET#");
    const technique = find(pid);
    if (technique === undefined) unknownPids.push(pid);
    else found.set(technique.iri, technique);
  }
  const unknown = [...unknownNames, ...unknownPids];
  if (found.size === 0) return { ...fields, unknown };
  const sorted = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return {
    definition: [...sorted.map(({ name }) => name), ...unknownNames],
    pids: [...sorted.map(({ iri }) => iri), ...unknownPids],
    version: ontologyVersion,
    unknown,
  };
}

import { SandboxError, unknown } from "./names.ts";

/** What a facility needs to run, by name. A facility that is added gets its entry here and its maker in `sandbox.ts`. */
export const facilityNeeds = {
  cern: [],
  runregistry: ["cern"],
  oms: ["cern"],
} as const satisfies Record<string, readonly string[]>;

export type FacilityName = keyof typeof facilityNeeds;

export const facilityNames = Object.keys(facilityNeeds) as FacilityName[];

/** Facilities that are planned, so that asking for one gets a plain answer. */
const later = ["mymdc", "icat-plus", "ctadata"];

/** Refuses names of facilities that are not here. */
export function checkFacility(name: string): FacilityName {
  if (facilityNames.includes(name as FacilityName)) return name as FacilityName;
  if (later.includes(name))
    throw new SandboxError("USAGE", `facility "${name}" is not in this version of the sandbox; it has: ${facilityNames.join(", ")}`);
  throw new SandboxError("USAGE", unknown("facility", name, facilityNames));
}

/** The facilities asked for and those that they need, the needed ones first. Nothing asked for means all. */
export function withNeeds(names: readonly string[] | undefined): FacilityName[] {
  const asked = names === undefined || names.length === 0 ? facilityNames : names.map(checkFacility);
  const all = new Set<FacilityName>();
  const take = (name: FacilityName): void => {
    for (const needed of facilityNeeds[name]) take(needed);
    all.add(name);
  };
  for (const name of asked) take(name);
  return [...all];
}

import { SandboxError, unknown } from "./names.ts";

/** What a facility needs to run, by name. A facility that is added gets its entry here and its maker in `sandbox.ts`. */
export const facilityNeeds = {
  cern: [],
  runregistry: ["cern"],
  oms: ["cern"],
  mymdc: [],
  "icat-plus": [],
  ctadata: [],
} as const satisfies Record<string, readonly string[]>;

/** Listeners beside the HTTP server of a facility, by the name that stands for them in ports and faults. */
export const furtherListeners = {
  "icat-broker": "icat-plus",
  "ctadata-pool": "ctadata",
  "ctadata-hub": "ctadata",
  "ctadata-issuer": "ctadata",
} as const satisfies Record<string, keyof typeof facilityNeeds>;

/** Names that may stand before a port and behind the `@` of a fault. */
export const listenerNames: readonly string[] = [...Object.keys(facilityNeeds), ...Object.keys(furtherListeners)];

export type FacilityName = keyof typeof facilityNeeds;

export const facilityNames = Object.keys(facilityNeeds) as FacilityName[];

/** Refuses names of facilities that are not here. */
export function checkFacility(name: string): FacilityName {
  if (facilityNames.includes(name as FacilityName)) return name as FacilityName;
  throw new SandboxError("USAGE", unknown("facility", name, facilityNames));
}

/** Refuses names of listeners that are not here. */
export function checkListener(name: string): string {
  return listenerNames.includes(name) ? name : checkFacility(name);
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

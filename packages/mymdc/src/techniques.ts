import type { Core } from "@sci/http-core";
import { define } from "./definition.ts";
import { type Ensured, ensure } from "./ensure.ts";
import type { Writable } from "./kinds.ts";
import { type Gets, getsApi, type Searches, searchesApi, type Writes, writesApi } from "./resource.ts";
import type { WriteFields } from "./writes.ts";

/** An experimental technique. */
export interface Technique {
  readonly id: number;
  /** Unique. */
  readonly identifier: string;
  /** At most 80 characters, unique. */
  readonly name: string;
  readonly url: string | null;
  /** Whether European XFEL offers it. */
  readonly flg_xfel_available: boolean;
  /** Whether it may be used. */
  readonly flg_available: boolean;
  readonly description: string | null;
}

/** What can be written to a technique. */
export type TechniqueFields = Writable<Technique, "id">;

/** What techniques can be searched by. */
export type TechniqueSearch = { readonly name: string } | { readonly identifier: string };

/** Calls on techniques. */
export interface TechniquesApi extends Gets<Technique>, Searches<Technique, TechniqueSearch>, Writes<Technique, TechniqueFields> {
  /**
   * The technique of this name, created with these fields if there is none. One that exists is left as it is.
   * @throws INVALID_ARGUMENT without name, AMBIGUOUS for several, VALIDATION
   */
  ensure: WriteFields<[], TechniqueFields, Ensured<Technique>>;
}

export const technique = define<Technique>({
  name: "techniques",
  collection: "techniques",
  wrapper: "technique",
  kinds: {
    id: "id",
    identifier: "text",
    name: "text",
    url: "text",
    flg_xfel_available: "flag",
    flg_available: "flag",
    description: "text",
  },
  server: [],
  routes: "CRUD",
  searches: [{ by: ["name"] }, { by: ["identifier"] }],
});

export function techniquesApi(core: Core): TechniquesApi {
  return {
    ...getsApi(core, technique),
    ...searchesApi(core, technique),
    ...writesApi(core, technique),
    ensure: ensure<Technique, TechniqueFields>(core, technique, { by: ["name"], update: false }),
  };
}

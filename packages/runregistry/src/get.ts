import { checkNames, type Core, listOptionNames, type ListOptions, SciError, shown } from "@sci/http-core";
import { listDatasets } from "./datasets.ts";
import type { Dataset } from "./datasets.ts";
import { compileFilter } from "./filter.ts";
import { flatten } from "./get-flat.ts";
import { readFields } from "./get-spellings.ts";
import { checkWorkspace, translateFields } from "./get-today.ts";
import { listV4, v4Filter } from "./get-v4.ts";

type GetScalar = string | number | boolean | Date | null;
/** A value, `[value]`, or `[value, operator]`. */
type GetPair = readonly [GetScalar] | readonly [GetScalar, string];

/**
 * Fields in every spelling of the Python original, joined by AND: a value; `[value, operator]`; a list of such pairs; `field__op`;
 * names with a dot (`tracker-track.status`); comparisons such as `between()` and `like()` too.
 */
export type GetFields = Readonly<
  Record<string, GetScalar | GetPair | readonly (GetPair | GetScalar)[] | Readonly<Record<string, unknown>>>
>;

export interface GetOptions extends Omit<ListOptions, "limit"> {
  /** Whose columns names without a workspace mean; upper and lower case are the same. @default "tracker" */
  readonly workspace?: string;
  /** All names on one level, joined by `__`; without history and lumisections. @default false */
  readonly flat?: boolean;
  /** The wire format: of today's service, or of the old one (`POST /datasets/{workspace}/editable/{page}/`). @default "today" */
  readonly api?: "today" | "v4";
  /** More rows than this are an error. @default 100_000 */
  readonly limit?: number;
  /** Sends names and operands that our checks would refuse. @default false */
  readonly unchecked?: boolean;
}

/** {@link get} of a client. */
export interface GetCall {
  (fields?: GetFields, options?: GetOptions & { readonly flat?: false; readonly api?: "today" }): Promise<Dataset[]>;
  (fields: GetFields | undefined, options: GetOptions): Promise<Record<string, unknown>[]>;
}

export function getApi(core: Core): GetCall {
  return (async (fields: GetFields = {}, options: GetOptions = {}) => {
    checkNames(options, [...listOptionNames, "workspace", "flat", "api", "unchecked"], "option of get()");
    const { workspace = "tracker", flat = false, api = "today", limit = 100_000, unchecked = false, ...rest } = options;
    const space = checkWorkspace(workspace);
    const read = readFields(fields);
    if (api !== "today" && api !== "v4") throw new SciError("INVALID_ARGUMENT", `get(): api must be "today" or "v4", not ${shown(api)}.`);
    const rows =
      api === "v4"
        ? await core.list(listV4, { workspace: space, filter: v4Filter(read) }, rest).collect({ limit })
        : await core
            .list(
              listDatasets,
              { filter: compileFilter(translateFields(read, space, unchecked), "datasets", unchecked), sortings: [] },
              rest,
            )
            .collect({ limit });
    return flat ? rows.map(flatten) : rows;
  }) as GetCall;
}

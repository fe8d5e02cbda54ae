import { operation, type Operation, type Schema } from "@sci/http-core";
import * as z from "zod/mini";
import type { BitRange, ComponentRange, JointRange, LumisectionEvent, OmsRange, OmsValue, RrRange, Triplet } from "./lumisections-types.ts";

export interface DatasetInput {
  readonly run_number: number;
  readonly dataset_name: string;
}

const triplet = z.looseObject({ status: z.string(), comment: z.string(), cause: z.string() });
const omsValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const span = z.object({ start: z.number(), end: z.number() });
const record = <Value extends z.ZodMiniType>(value: Value) => z.record(z.string(), value);

/** All of them only read, although they are POSTs. The dataset name is always sent: some routes fail without it. */
function reading<Output>(name: string, path: string, response: unknown): Operation<DatasetInput, Output> {
  return operation({
    name: `lumisections.${name}`,
    method: "POST",
    path: `/lumisections/${path}`,
    repeatable: true,
    params: () => ({}),
    body: ({ run_number, dataset_name }) => ({ json: { run_number, dataset_name } }),
    response: response as Schema<Output>,
  });
}

export const rrList = reading<Readonly<Record<string, Triplet>>[]>("list", "rr_lumisections", z.array(record(triplet)));
export const omsList = reading<Readonly<Record<string, OmsValue>>[]>("omsList", "oms_lumisections", z.array(record(omsValue)));
export const rrRanges = reading<RrRange[]>("ranges", "rr_lumisection_ranges", z.array(z.catchall(span, triplet)));
export const omsRanges = reading<OmsRange[]>("oms", "oms_lumisection_ranges", z.array(z.catchall(span, omsValue)));
export const jointRanges = reading<JointRange[]>(
  "joint",
  "joint_lumisection_ranges",
  z.array(z.catchall(span, z.union([omsValue, triplet]))),
);
export const rangesOfComponents = reading<Record<string, ComponentRange[]>>(
  "byComponent",
  "rr_lumisection_ranges_by_component",
  record(z.array(z.looseObject({ status: z.string(), start: z.number(), end: z.number() }))),
);
export const rangesOfBits = reading<Record<string, BitRange[]>>(
  "byDcsBit",
  "oms_lumisection_ranges_by_dcs_bit",
  record(z.array(z.looseObject({ status: z.optional(omsValue), start: z.number(), end: z.number() }))),
);
export const rrHistory = reading<LumisectionEvent[]>(
  "history",
  "get_rr_lumisection_history",
  z.array(z.looseObject({ start: z.number(), end: z.number() })),
);

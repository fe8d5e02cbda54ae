import { checkNames, type Query } from "@sci/http-core";
import { checkNumber, type Id } from "./kinds.ts";

/** A run by the numbers that people use. */
export interface RunRef {
  /** Number of the proposal. */
  readonly proposal: Id;
  /** Number of the run in it. */
  readonly run: Id;
}

export interface RunRefInput {
  readonly proposal: number | string;
  readonly run: number | string;
}

/** @throws INVALID_ARGUMENT */
export function checkRunRef(ref: RunRef, of: string, further: readonly string[] = []): RunRefInput {
  checkNames(ref, ["proposal", "run", ...further], `name in ${of}()`);
  const { proposal, run } = (ref as Partial<RunRef> | undefined) ?? {};
  return { proposal: checkNumber(proposal, `proposal in ${of}()`), run: checkNumber(run, `run in ${of}()`) };
}

export function runRefQuery({ proposal, run }: RunRefInput): Query {
  return [
    ["run_number", run],
    ["proposal_number", proposal],
  ];
}

import { isSciError, type SciError } from "../errors.ts";

/** The error that a call throws or rejects with: one of ours, with this code. Anything else fails the test that asks. */
export async function refusal(action: () => unknown, code = "INVALID_ARGUMENT"): Promise<SciError> {
  let error: unknown;
  try {
    await action();
  } catch (caught) {
    error = caught;
  }
  if (error === undefined) throw new Error(`Nothing was thrown; expected ${code}.`);
  if (!isSciError<string>(error)) throw error as Error;
  if (error.code !== code) throw new Error(`Expected ${code}, got ${error.code}: ${error.message}`, { cause: error });
  return error;
}

import { isSciError, type SciError } from "@sci/http-core";
import { expect } from "vitest";

/** The error that a call throws or rejects with: one of ours, with this code. */
export async function refusal(action: () => unknown, code = "INVALID_ARGUMENT"): Promise<SciError> {
  let error: unknown;
  try {
    await action();
  } catch (caught) {
    error = caught;
  }
  expect(error, "nothing was thrown").toBeDefined();
  if (!isSciError<string>(error)) throw error;
  expect(error.code, error.message).toBe(code);
  return error;
}

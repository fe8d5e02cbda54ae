import { isSciError, type SciError } from "../src/errors.ts";
import type { Transport, TransportRequest, TransportResponse } from "../src/transport/types.ts";

export const limit = 1_000_000;

export function sender(transport: () => Transport) {
  return (url: string, more: Partial<TransportRequest> = {}): Promise<TransportResponse> =>
    transport().send({ method: "GET", url, headers: {}, idleTimeout: 10_000, ...more });
}

/** The error that a promise rejects with; anything but an error of ours fails the test. */
export async function failure(promise: Promise<unknown>): Promise<SciError> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    if (isSciError<string>(error)) return error;
    throw error;
  }
  throw new Error(`Expected a rejection, got ${String(value)}`);
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

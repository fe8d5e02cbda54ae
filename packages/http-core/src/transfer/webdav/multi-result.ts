import { SciError, type ErrorContext } from "../../errors.ts";
import type { Door } from "../door.ts";
import type { DoorAnswer } from "../types.ts";
import { readMultistatus } from "./multistatus.ts";

/** One part of an operation that failed while others may have been done. */
export interface PartFailure {
  /** As the server names it. */
  readonly href: string;
  readonly status: number;
  readonly message?: string;
}

const codes: Readonly<Record<number, string>> = {
  401: "NOT_AUTHENTICATED",
  403: "FORBIDDEN",
  404: "NOT_FOUND",
  409: "CONFLICT",
  412: "CONFLICT",
  423: "LOCKED",
  507: "DISK_FULL",
};

/**
 * Looks into the 207 of an operation on a tree (DELETE, MOVE, COPY): it says success, and names what failed.
 * @throws PARTIAL, or the code of the failure where all have the same; `details.failures` lists them (the first 100)
 */
export async function checkParts(door: Door, answer: DoorAnswer, operation: string, what: string): Promise<void> {
  if (answer.status !== 207) return;
  const failures: PartFailure[] = [];
  let count = 0;
  const body = (async function* () {
    yield await Promise.resolve(answer.body);
  })();
  for await (const response of readMultistatus(body, { contentType: answer.header("content-type") })) {
    const { status = 200, href, others, description, condition } = response;
    // 424: left undone because of another that is listed.
    if (status < 300 || status === 424) continue;
    const message = description ?? condition;
    for (const one of [href, ...others]) {
      count += 1;
      if (failures.length < 100) failures.push({ href: one, status, ...(message === undefined ? {} : { message }) });
    }
  }
  const [first] = failures;
  if (first === undefined) return;
  const same = failures.every(({ status }) => status === first.status);
  const code = (same ? codes[first.status] : undefined) ?? "PARTIAL";
  const context: ErrorContext = { ...answer.context, service: door.service.name, operation };
  throw new SciError(
    code,
    `${what} was not done completely: ${count} ${count === 1 ? "entry" : "entries"} failed, the first ${first.href.slice(0, 200)} with status ${first.status}${first.message === undefined ? "" : ` (${first.message})`}.`,
    { ...context, status: first.status, details: { failures, partial: true } },
  );
}

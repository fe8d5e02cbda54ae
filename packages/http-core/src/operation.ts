import type { ErrorContext } from "./errors.ts";

/** The part of Standard Schema v1 (standardschema.dev) that is used; schemas of zod and others fit, and no type of theirs shows. */
export interface Schema<Output> {
  readonly "~standard": {
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly output: Output } | undefined;
  };
}
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | (string & {});
export type PathValue = string | number | bigint;
export type QueryValue = string | number | bigint | boolean | null | undefined;
/** Pairs keep their order and repeats; a value of undefined is left out, null is the text "null". */
export type Query = readonly (readonly [string, QueryValue])[];

export type RequestBody =
  | { readonly json: unknown }
  | { readonly form: Query }
  | { readonly bytes: Uint8Array; readonly type: string }
  | { readonly text: string; readonly type: string }
  | { readonly stream: () => AsyncIterable<Uint8Array>; readonly type: string };

/** An answer whose status an operation wants to interpret itself. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, else text, else undefined for an empty body. */
  readonly data: unknown;
}

/** How a failed answer is told: a code of the package and the service's own words. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details?: ErrorContext["details"];
}

/**
 * One endpoint as data. Building a request from it and reading the answer are pure functions (`buildRequest`, `readAnswer`),
 * tested without a network.
 */
export interface Operation<Input = void, Output = unknown> {
  /** Name in errors, logs and events: "runs.list". */
  readonly name: string;
  readonly method: Method;
  /** Template below the base URL: `/runs/{run_number}`. Parameters are encoded; empty, null and `..` are refused. */
  readonly path: string;
  /** Values for the template. @default the fields of the input of the same name */
  readonly params?: (input: Input) => Readonly<Record<string, PathValue>>;
  readonly query?: (input: Input) => Query;
  readonly body?: (input: Input) => RequestBody | undefined;
  readonly headers?: (input: Input) => Readonly<Record<string, string>>;
  /** Names of parameters and query keys whose values are credentials. */
  readonly secretParams?: readonly string[];
  readonly secretQuery?: readonly string[];
  /** Safe to send again. @default true for GET, HEAD, PUT, DELETE, OPTIONS */
  readonly repeatable?: boolean;
  /** Statuses worth another attempt. @default 408 425 429 502 503 504 */
  readonly retryStatuses?: readonly number[];
  /** @default "json" */
  readonly accept?: "json" | "text" | "bytes" | "none";
  readonly response?: Schema<Output>;
  /** Statuses that are no failure besides 2xx, or that have a meaning of their own. */
  readonly statuses?: readonly number[];
  /** The value out of the answer, after validation. @default its data */
  readonly read?: (answer: Answer, input: Input) => Output;
  /** The service's own way to word failures; undefined leaves it to the status. Called for every answer that failed, and, with `ok: true`, for 2xx answers (some services hide errors in them). */
  readonly failure?: (answer: Answer & { readonly ok: boolean }) => Failure | undefined;
  /** @default what the client says */
  readonly maxBytes?: number;
  /** Fields that hold integers beyond 2^53 and arrive as bigint always. */
  readonly bigints?: readonly string[];
}

/** Keeps the types of an operation while writing it as a plain object. */
export function operation<Input, Output>(definition: Operation<Input, Output>): Operation<Input, Output> {
  return definition;
}

import { stringifyExact } from "../exact-json.ts";
import { bufferReply, emptyReply, htmlReply, type Reply } from "../http/message.ts";
import type { Problems } from "./resource.ts";

/** An answer in JSON, integers exact. */
export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return bufferReply(status, "application/json; charset=utf-8", Buffer.from(stringifyExact(value)), headers);
}

/** A refusal: the service says why under `info`. */
export function info(status: number, why: string | Problems): Reply {
  return json(status, { info: why });
}

/** 404 of a number or an address that is not there. */
export const notFound = (): Reply => info(404, "Resource not found!");
export const noProposal = (number: string): Reply => info(404, `Proposal number ${number} not found`);
export const noRun = (number: string): Reply => info(404, `Run number ${number} not found`);
export const missingParameter = (): Reply => info(400, "param is missing");
export const missingCriteria = (): Reply => info(400, "Missing search criteria");
export const noContent = (): Reply => emptyReply(204);

/** 401 without a body, as the service answers a request without a good token. */
export function unauthorized(description: string): Reply {
  return emptyReply(401, { "WWW-Authenticate": `Bearer realm="Doorkeeper", error="invalid_token", error_description="${description}"` });
}

/** What is not below the API is a page of the web application. */
export function page404(): Reply {
  return htmlReply(
    404,
    "<!DOCTYPE html><html><head><title>The page you were looking for doesn't exist (404)</title></head><body></body></html>",
  );
}

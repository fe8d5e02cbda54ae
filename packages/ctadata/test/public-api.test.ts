import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as api from "../src/index.ts";

test("the main entry exports this and nothing else", () => {
  expect(Object.keys(api).sort()).toEqual([
    "createCtaData",
    "ctaLogin",
    "ctaLogout",
    "currentToken",
    "oidcAgentToken",
    "startAgent",
    "stopAgent",
  ]);
});

/** Public functions, classes, methods and commands of the original: 0.6.0 (service and `ctadata.direct`) and 0.7.0. */
const originals = [
  "list_dir",
  "fetch_and_save_file",
  "fetch_and_save_file_or_dir",
  "upload_file",
  "upload_dir",
  "upload_personal_certificate",
  "upload_shared_certificate",
  "upload_certificate",
  "webdav4_client",
  "start_agent_daemon",
  "init_agent",
  "request_stop_agent",
  "stop_agent",
  "print_token",
  "token",
  "secret",
  "APIClient",
  "get_endpoint",
  "construct_endpoint_url",
  "urljoin_multipart",
  "StorageException",
  "CertificateError",
  "DirectApiError",
  "TokenError",
  "TokenExpiredError",
  "ClientSecretNotFound",
  "EnvironmentError",
  "downloadservice",
  "certificateservice",
  "chunk_size",
  "dev_instance",
];

const commands = [
  "get",
  "put",
  "list",
  "upload-shared-certificate",
  "upload-personal-certificate",
  "start-agent",
  "stop-agent",
  "print-token",
  "get-token",
];

describe("the README", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const rows = readme.split("\n").filter((line) => line.startsWith("| `"));
  const left = rows.map((line) => line.split("|")[1] ?? "").join("\n");

  test.each(originals)("has a row for %s of the original", (name) => {
    expect(left).toMatch(new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``));
  });

  test.each(commands)("has a row for the command %s of the original", (name) => {
    expect(left).toMatch(new RegExp(`\`(cta-data|cta-data-direct)[^\`]* ${name}\\b`));
  });

  test("says who can read what is uploaded", () => {
    expect(readme).toMatch(/user's own folder/);
    expect(readme).toMatch(/accessible to all CTAO members/);
  });
});

import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { bearerToken, type Logger } from "@sci/http-core";
import { upload, type Door } from "@sci/http-core/transfer";
import { startDavStorage, type DavStorage, type Manners } from "./transfer-dav-storage.ts";

const storages: DavStorage[] = [];
const large = 17 * 1024 * 1024;

afterEach(async () => {
  for (const one of storages.splice(0)) await one.stop();
});

/** A storage that lets files be made there, and neither renamed, replaced nor removed. */
async function createOnly(manners: Partial<Manners> = {}): Promise<DavStorage> {
  const one = await startDavStorage({
    overwrite: false,
    digests: "head",
    early: ({ method }) => (method === "MOVE" || method === "DELETE" ? { status: 403 } : undefined),
    ...manners,
  });
  storages.push(one);
  return one;
}

function jsonWebToken(scope: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ sub: "somebody", scope })}.c2lnbmVk`;
}

function macaroon(...caveats: string[]): string {
  const packet = (key: string, value: string): string =>
    `${(key.length + value.length + 6).toString(16).padStart(4, "0")}${key} ${value}\n`;
  const packets = [
    packet("location", "store"),
    packet("identifier", "id"),
    ...caveats.map((one) => packet("cid", one)),
    packet("signature", "s"),
  ];
  return Buffer.from(packets.join("")).toString("base64url");
}

function watched(one: DavStorage, token: string): { readonly door: Door; readonly warnings: string[] } {
  const warnings: string[] = [];
  const quiet = (): void => undefined;
  const logger: Logger = { debug: quiet, info: quiet, warn: (message) => void warnings.push(message), error: quiet };
  return { door: one.door({ auth: bearerToken(token), logger }), warnings };
}

const methods = (one: DavStorage): string[] => one.seen.map(({ method }) => method);

describe("with a token that lets files only be made", () => {
  it.each([
    ["by its scopes", jsonWebToken("openid storage.read:/ storage.create:/")],
    ["by its activities", macaroon("activity:LIST,DOWNLOAD,UPLOAD,MANAGE", "activity:UPLOAD,LIST")],
  ])("%s, a large file goes straight to its name and nothing else is left", async (_how, token) => {
    const one = await createOnly();
    const { door, warnings } = watched(one, token);
    const content = randomBytes(large);
    expect(await upload(door, content, "/folder/big")).toMatchObject({ done: 1, verifiedByChecksum: 1, failed: 0 });
    expect(one.names()).toEqual(["/folder/big"]);
    expect(one.files.get("/folder/big")?.content?.equals(content)).toBe(true);
    expect(methods(one)).not.toContain("MOVE");
    expect(warnings).toEqual([]);
  });

  it("what is to be replaced stays, and nothing is left beside it", async () => {
    const one = await createOnly();
    one.put("/a", "before");
    const { door } = watched(one, jsonWebToken("storage.create:/"));
    const report = await upload(door, randomBytes(1000), "/a", { conflict: "overwrite" });
    expect(report.failures[0]?.error).toMatchObject({ code: "FORBIDDEN" });
    expect(one.names()).toEqual(["/a"]);
    expect(one.text("/a")).toBe("before");
  });

  it("and does not say so, the file arrives and what could not be removed is named", async () => {
    const one = await createOnly();
    const { door, warnings } = watched(one, "opaque");
    expect(await upload(door, randomBytes(large), "/big")).toMatchObject({ done: 1, failed: 0 });
    const left = one.names().filter((name) => name !== "/big");
    expect(left).toHaveLength(1);
    expect(one.files.get(left[0] as string)?.content).toHaveLength(16);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(left[0]);
    expect(await upload(door, randomBytes(large), "/big-2")).toMatchObject({ done: 1, failed: 0 });
    expect(one.names()).toHaveLength(3);
  });
});

describe("with a token that lets nothing be made", () => {
  it("the file is refused, and nothing is said to be left", async () => {
    const one = await createOnly({ early: ({ method }) => (method === "PROPFIND" ? undefined : { status: 403 }) });
    const { door, warnings } = watched(one, "opaque");
    const report = await upload(door, randomBytes(large), "/big");
    expect(report.failures[0]?.error).toMatchObject({ code: "FORBIDDEN" });
    expect(one.names()).toEqual([]);
    expect(warnings).toEqual([]);
  });
});

describe("with a token that lets files be renamed", () => {
  it.each([
    ["everywhere", "storage.modify:/", 1],
    ["in some places", "storage.modify:/folder", 2],
  ])("%s, it is %s, only what is not certain is tried with a small file", async (_where, scope, puts) => {
    const one = await createOnly({ early: () => undefined, overwrite: true });
    const { door } = watched(one, jsonWebToken(scope));
    expect(await upload(door, randomBytes(large), "/folder/big")).toMatchObject({ done: 1, verifiedByChecksum: 1 });
    expect(methods(one).filter((method) => method === "PUT")).toHaveLength(puts);
    expect(one.names()).toEqual(["/folder/big"]);
  });

  it("and is refused all the same, the copy that remains is named", async () => {
    const one = await createOnly();
    const { door, warnings } = watched(one, jsonWebToken("storage.modify:/"));
    expect(await upload(door, randomBytes(large), "/big")).toMatchObject({ done: 1, failed: 0 });
    const left = one.names().filter((name) => name !== "/big");
    expect(left).toHaveLength(1);
    expect(warnings.join()).toContain(left[0]);
  });
});

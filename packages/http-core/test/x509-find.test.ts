import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findCertificate, type FindCertificateOptions } from "@sci/http-core/x509";
import { failure } from "./support.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "home-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function put(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    if (name.endsWith("/")) await mkdir(join(home, name));
    else await writeFile(join(home, name), "");
  }
}
const pair = (folder: string): [string, string] => [`${folder}/usercert.pem`, `${folder}/userkey.pem`];
/** Never looks at the real home, environment or /tmp/x509up of the machine. */
const find = (given: FindCertificateOptions = {}) => findCertificate({ home, environment: {}, uid: 4_000_000_000, ...given });

interface Recorded {
  readonly id: string;
  readonly call: { readonly method: string };
  readonly client: {
    readonly environment?: Readonly<Record<string, string | null>>;
    readonly files?: Readonly<Record<string, readonly string[]>>;
  };
  readonly returns?: readonly [string, string];
  readonly raises?: { readonly type: string };
}

const recordings = JSON.parse(
  await readFile(join(import.meta.dirname, "../../../tooling/recordings/cern-auth/cernrequests.json"), "utf8"),
) as { readonly cases: readonly Recorded[] };
const lookups = recordings.cases.filter(({ call }) => call.method === "default_user_certificate_paths");

/** Where we do better than the original. */
const other: Readonly<Record<string, "found in ~/private">> = {
  // An empty variable counts as not set rather than as the current folder.
  "default_user_certificate_paths/environment-empty": "found in ~/private",
};

describe("finds what cernrequests finds", () => {
  test("all recorded look-ups are replayed", () => {
    expect(lookups).toHaveLength(9);
  });

  test.each(lookups.map((one) => [one.id, one] as const))("%s", async (id, { client, returns, raises }) => {
    const here = (text: string): string => text.replaceAll("<home>", home);
    for (const [folder, names] of Object.entries(client.files ?? {}))
      await put(...names.map((name) => join(folder.replace("<home>", ""), name)));
    const environment = Object.fromEntries(Object.entries(client.environment ?? {}).map(([name, value]) => [name, here(value ?? "")]));
    if (returns !== undefined || other[id] !== undefined) {
      const [cert, key] = returns?.map(here) ?? pair(join(home, "private"));
      expect(await find({ environment })).toMatchObject({ cert, key });
    } else {
      expect(raises).toBeDefined();
      expect(await failure(find({ environment }))).toMatchObject({ code: "CERTIFICATE" });
    }
  });
});

test("the places of the grid come after those of the original, in an order that can be changed", async () => {
  await put("c.pem", "k.pem", "proxy");
  const environment = { X509_USER_CERT: join(home, "c.pem"), X509_USER_KEY: join(home, "k.pem"), X509_USER_PROXY: join(home, "proxy") };
  expect(await find({ environment })).toEqual({ cert: join(home, "c.pem"), key: join(home, "k.pem"), place: "X509_USER_CERT" });
  const { X509_USER_PROXY } = environment;
  expect(await find({ environment: { X509_USER_PROXY } })).toEqual({
    cert: X509_USER_PROXY,
    key: X509_USER_PROXY,
    place: "X509_USER_PROXY",
  });
  expect(await find({ environment, places: ["X509_USER_PROXY", "X509_USER_CERT"] })).toMatchObject({ place: "X509_USER_PROXY" });
  await put(".globus/usercert.pem", ".globus/userkey.pem");
  expect(await find({ environment })).toMatchObject({ place: "~/.globus" });
  // Without a key of its own the file holds both.
  expect(await find({ environment: { X509_USER_CERT: join(home, "c.pem") }, places: ["X509_USER_CERT"] })).toMatchObject({
    key: join(home, "c.pem"),
  });
});

test("the proxy of the user in /tmp is found by its number", async () => {
  const uid = 3_999_000_000 + process.pid;
  const path = `/tmp/x509up_u${uid}`;
  expect(await failure(find({ uid }))).toMatchObject({ code: "CERTIFICATE" });
  await writeFile(path, "");
  try {
    expect(await find({ uid })).toEqual({ cert: path, key: path, place: "/tmp/x509up" });
  } finally {
    await rm(path);
  }
});

test("a path given is all that is looked at: a folder, or a file with both", async () => {
  await put("private/usercert.pem", "private/userkey.pem", "here/usercert.pem", "here/userkey.pem", "both.pem", "half/usercert.pem");
  await symlink(join(home, "here"), join(home, "link"));
  const [cert, key] = pair(join(home, "here"));
  expect(await find({ path: join(home, "here") })).toEqual({ cert, key, place: "path" });
  expect(await find({ path: join(home, "link") })).toMatchObject({ cert: join(home, "link/usercert.pem") });
  expect(await find({ path: join(home, "both.pem") })).toMatchObject({ cert: join(home, "both.pem"), key: join(home, "both.pem") });
  for (const [path, message] of [
    ["none", /does not exist/],
    ["half", /usercert.pem without userkey.pem/],
  ] as const) {
    const error = await failure(find({ path: join(home, path) }));
    expect(error).toMatchObject({ code: "CERTIFICATE" });
    expect(error.message).toMatch(message);
  }
});

test.each(["CERN_CERTIFICATE_PATH", "X509_USER_CERT", "X509_USER_PROXY"])(
  "%s decides when it is set, even to nothing there",
  async (name) => {
    const error = await failure(find({ environment: { [name]: join(home, "nowhere") } }));
    expect(error).toMatchObject({ code: "CERTIFICATE" });
    expect(error.message).toContain(`${name} is set, but`);
    expect(error.message).toContain(join(home, "nowhere"));
  },
);

test("when nothing is found every place is named, and what is in it that cannot be used", async () => {
  await put("private/usercert.pem");
  const error = await failure(find());
  expect(error).toMatchObject({ code: "CERTIFICATE" });
  for (const part of [
    "CERN_CERTIFICATE_PATH (not set)",
    "private (usercert.pem without userkey.pem)",
    ".globus",
    "X509_USER_PROXY",
    "/tmp/x509up_u4000000000",
  ]) {
    expect(error.message).toContain(part);
  }
});

test("a PKCS#12 file is taken where it is named, and in a folder without PEM", async () => {
  await put("cert.p12");
  const named = join(home, "cert.p12");
  expect(await find({ path: named })).toEqual({ cert: named, key: named, place: "path" });
  expect(await find({ environment: { X509_USER_CERT: named } })).toEqual({ cert: named, key: named, place: "X509_USER_CERT" });
  await put(".globus/usercert.p12");
  const there = join(home, ".globus/usercert.p12");
  expect(await find()).toEqual({ cert: there, key: there, place: "~/.globus" });
});

test("options are checked", async () => {
  await expect(findCertificate({ pathh: "x" } as object)).rejects.toThrow(/Did you mean "path"/);
  await expect(find({ places: ["~/.globuss" as "~/.globus"] })).rejects.toThrow(/Did you mean "~\/.globus"/);
});

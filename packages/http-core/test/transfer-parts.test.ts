import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseContentRange } from "../src/transfer/content-range.ts";
import { createDigest, statedChecksums } from "../src/transfer/digests.ts";
import { numberedName, partName, safeParts } from "../src/transfer/names.ts";
import { createSelection } from "../src/transfer/patterns.ts";
import { Places } from "../src/transfer/places.ts";
import { adler32 } from "./transfer-adler.ts";
import { noise } from "./transfer-support.ts";

test("adler32 agrees with the definition, in any pieces", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 6 }), (pieces) => {
      const digest = createDigest("adler32");
      for (const piece of pieces) digest.update(piece);
      expect(digest.value()).toBe(adler32(Buffer.concat(pieces)));
    }),
  );
  // The largest bytes there are: where sums would run over.
  const full = new Uint8Array(1_000_003).fill(255);
  const digest = createDigest("adler32");
  digest.update(full);
  expect(digest.value()).toBe(adler32(full));
  expect(createDigest("adler32").value()).toBe("00000001");
});

test("md5 and sha-256 are those of everybody", () => {
  const content = noise(10_000);
  for (const [name, algorithm] of [
    ["md5", "md5"],
    ["sha-256", "sha256"],
  ] as const) {
    const digest = createDigest(name);
    digest.update(content.subarray(0, 17));
    digest.update(content.subarray(17));
    expect(digest.value()).toBe(createHash(algorithm).update(content).digest("hex"));
  }
});

test("checksums are read from every header that servers use", () => {
  const stated = (headers: Record<string, string>, whole = true) => statedChecksums((name) => headers[name], whole);
  const md5 = createHash("md5").update("x").digest();
  const sha = createHash("sha256").update("x").digest();
  expect(stated({ digest: "adler32=AFF020E" })).toEqual({ adler32: "0aff020e" });
  expect(stated({ digest: `md5=${md5.toString("base64")},adler32=00790079` })).toEqual({ md5: md5.toString("hex"), adler32: "00790079" });
  expect(stated({ "repr-digest": `sha-256=:${sha.toString("base64")}:` })).toEqual({ "sha-256": sha.toString("hex") });
  expect(stated({ "oc-checksum": `MD5:${md5.toString("hex")}` })).toEqual({ md5: md5.toString("hex") });
  expect(stated({ "content-md5": md5.toString("base64") })).toEqual({ md5: md5.toString("hex") });
  // That of a part says nothing of the whole.
  expect(stated({ "content-md5": md5.toString("base64") }, false)).toEqual({});
  expect(stated({ digest: "crc32c=AAAAAA==, unixsum=30637" })).toEqual({});
});

test("a content range is taken only where it is one", () => {
  expect(parseContentRange("bytes 2-5/10")).toEqual({ from: 2, to: 5, total: 10 });
  expect(parseContentRange("bytes 2-5/*")).toEqual({ from: 2, to: 5, total: undefined });
  for (const text of [undefined, "", "bytes */10", "bytes 8--1/10", "bytes 5-2/10", "bytes 2-10/10", "items 2-5/10"]) {
    expect(parseContentRange(text)).toBeUndefined();
  }
});

test("a safe name never leads out of the target, whatever the server calls its files", () => {
  for (const name of [
    "../x",
    "a/../../x",
    "..",
    ".",
    "a/./b",
    "/etc/passwd",
    "a//b",
    "a/",
    "",
    "a\0b",
    "\ud800x",
    "a".repeat(256),
    "ä".repeat(128),
  ]) {
    expect(() => safeParts(name, "linux"), name).toThrow(/is not written/);
  }
  expect(safeParts("a b/ä ö%2F..\\x", "linux")).toEqual(["a b", "ä ö%2F..\\x"]);
  for (const name of ["..\\x", "C:x", "a:stream", "con", "NUL.txt", "com1", "LPT9.log", "x.", "x ", "a|b", "q?", "a\tb", "CONIN$"]) {
    expect(() => safeParts(name, "win32"), name).toThrow(/is not written/);
  }
  expect(safeParts("console/com10", "win32")).toEqual(["console", "com10"]);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("/", ".", "\\", "a", ":", "\0", "é") }), (name) => {
      let parts: string[];
      try {
        parts = safeParts(name, "linux");
      } catch {
        return;
      }
      expect(new URL(parts.map(encodeURIComponent).join("/"), "http://x/target/").pathname.startsWith("/target/")).toBe(true);
    }),
  );
});

test("names beside others keep their endings, and parts fit beside the longest names", () => {
  expect(numberedName("run.tar.gz", 1)).toBe("run (1).tar.gz");
  expect(numberedName("run", 2)).toBe("run (2)");
  expect(numberedName(".profile", 1)).toBe(".profile (1)");
  for (const name of ["x", "n".repeat(240), "n".repeat(255), "ä".repeat(127)]) {
    expect(Buffer.byteLength(`${partName(name, "0123abcd")}.json`)).toBeLessThanOrEqual(255);
  }
});

test.each([
  ["*.fits", "a/b/run.fits", true],
  ["*.fits", "run.fits.gz", false],
  ["a/*.fits", "a/run.fits", true],
  ["a/*.fits", "a/b/run.fits", false],
  ["a/**", "a/b/run.fits", true],
  ["**/b/*", "a/b/run.fits", true],
  ["**/run.fits", "run.fits", true],
  ["run-?.{dat,txt}", "run-1.txt", true],
  ["run-?.{dat,txt}", "run-12.txt", false],
  ["run-[0-4]", "run-3", true],
  ["run-[!0-4]", "run-3", false],
  ["a+b(c).txt", "a+b(c).txt", true],
  ["\\*", "*", true],
  ["\\*", "x", false],
])("the pattern %s and the name %s: %s", (pattern, name, fits) => {
  expect(createSelection([pattern], undefined).takes(name)).toBe(fits);
  expect(createSelection(undefined, [pattern]).takes(name)).toBe(!fits);
});

test("what lies below a folder that is left out is left out, and patterns that are none are refused", () => {
  const { takes, enters } = createSelection(["*.dat"], ["tmp", "logs/"]);
  expect([takes("a/x.dat"), takes("tmp/x.dat"), takes("a/tmp/b/x.dat"), enters("logs"), enters("a")]).toEqual([
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(() => createSelection(["{a,b"], undefined)).toThrow(/\{ without its \}/);
  expect(() => createSelection([""], undefined)).toThrow(/must be a text/);
  expect(() => createSelection("*.dat" as unknown as string[], undefined)).toThrow(/must be a list/);
});

test("places are given in turn, and one that waits can leave", async () => {
  const places = new Places(2);
  const quiet = new AbortController().signal;
  expect(places.take(quiet)).toBeUndefined();
  expect(places.take(quiet)).toBeUndefined();
  const order: string[] = [];
  const leaving = new AbortController();
  const gone = places.take(leaving.signal)?.catch(() => order.push("left"));
  const third = places.take(quiet)?.then(() => order.push("third"));
  leaving.abort();
  await gone;
  places.free();
  await third;
  expect(order).toEqual(["left", "third"]);
  expect(places.active).toBe(2);
  places.free();
  places.free();
  expect(places.active).toBe(0);
});

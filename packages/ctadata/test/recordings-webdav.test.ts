import { readFile, writeFile } from "node:fs/promises";
import { replay, silent, type RecordedExchange } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { createCtaData, type WebdavClient, type WebdavFileStat } from "../src/index.ts";
import { inWorkingFolder } from "./support/folder.ts";
import { playService, type PlayOptions } from "./support/replayed.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";

/** What each call of Python's library is in the one of npm. */
const calls: Readonly<Record<string, (dav: WebdavClient, args: readonly unknown[]) => Promise<unknown>>> = {
  ls: async (dav, [path]) => dav.getDirectoryContents(`/${path as string}`),
  exists: async (dav, [path]) => dav.exists(`/${path as string}`),
  info: async (dav, [path]) => dav.stat(`/${path as string}`),
  isdir: async (dav, [path]) => ((await dav.stat(`/${path as string}`)) as WebdavFileStat).type === "directory",
  upload_file: async (dav, [local, path]) => dav.putFileContents(`/${path as string}`, await readFile(local as string)),
  download_file: async (dav, [path, local]) =>
    writeFile(local as string, Buffer.from((await dav.getFileContents(`/${path as string}`)) as Uint8Array)),
  mkdir: async (dav, [path]) => dav.createDirectory(`/${path as string}`),
  remove: async (dav, [path]) => dav.deleteFile(`/${path as string}`),
  copy: async (dav, [from, to]) => dav.copyFile(`/${from as string}`, `/${to as string}`, { overwrite: false }),
};

const requestsOnly = (exchange: RecordedExchange): RecordedExchange => {
  // Depth and body are the library's own; so is the destination's form, and whether it ends in a slash.
  const { authorization = "" } = exchange.request.headers;
  return {
    ...exchange,
    request: { ...exchange.request, headers: { authorization }, ...(exchange.request.method === "PUT" ? {} : { body: {} }) },
  };
};

/** The library asks for what it needs, and not before: no look before a file is written or read. */
const asked: Readonly<Record<string, (recorded: RecordedCase) => readonly RecordedExchange[]>> = {
  "webdav4_client/upload-file": ({ exchanges }) => exchanges.slice(1),
  "webdav4_client/download-file": ({ exchanges }) => exchanges.slice(1),
};

describe("webdav() in place of webdav4_client", () => {
  it.each(casesOf("service", /^webdav4_client/))("%s", async (id, recorded) => {
    const name = recorded.call.method.split(".")[1];
    const exchanges = (asked[id]?.(recorded) ?? recorded.exchanges).map(requestsOnly);
    const options: PlayOptions = { exchanges };
    const played = await playService(
      recorded,
      async (cta) => {
        const dav = await cta.webdav();
        return name === undefined
          ? dav.exists("/")
          : calls[name]?.(dav, recorded.call.args).catch((error: unknown) => ({ failed: error as Error & { status?: number } }));
      },
      options,
    );
    if (id.endsWith("token-missing")) {
      expect(played.error?.code).toBe("MISSING_CREDENTIALS");
      return;
    }
    expect(played.error).toBeUndefined();
    if (id.endsWith("/ls-404")) expect(played.value).toMatchObject({ failed: { status: 404 } });
    else if (name === "ls") {
      const names = (recorded.returns as readonly (string | { readonly name: string })[]).map(
        (one) => `/${typeof one === "string" ? one : one.name}`,
      );
      expect((played.value as readonly WebdavFileStat[]).map(({ filename }) => filename)).toEqual(names);
    } else if (name === "info") expect(played.value).toMatchObject({ basename: "a.txt", size: 5, type: "file", filename: "/lst/a.txt" });
    else if (typeof recorded.returns === "boolean") expect(played.value).toBe(recorded.returns);
    expect(played.wrote).toEqual(Object.fromEntries(Object.entries(recorded.wrote ?? {}).map(([file, content]) => [file, content?.text])));
    expect(played.urls.every((url) => url.startsWith("/services/downloadservice/webdav/") && !url.includes("token"))).toBe(true);
  });

  it("a cut connection ends a stream with an error", async () => {
    const cut: RecordedExchange = {
      request: { method: "GET", path: "/a.bin", query: [], headers: {}, body: null },
      response: { status: 200, headers: {}, body: { text: "x".repeat(1000) }, truncated_to: 100 },
    };
    const server = await replay([cut]);
    const cta = createCtaData({ mode: "direct", baseUrl: server.url, auth: false, logger: silent, retry: { attempts: 1 } });
    try {
      await inWorkingFolder({}, async () => {
        const stream = (await cta.webdav()).createReadStream("/a.bin");
        const end = await new Promise<unknown>((resolve) =>
          stream
            .on("error", resolve)
            .on("end", () => resolve("end"))
            .resume(),
        );
        expect(end).toMatchObject({ code: "TRUNCATED" });
      });
    } finally {
      await cta.close();
      await server.stop();
    }
  });
});

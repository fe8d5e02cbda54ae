import { describe, expect, it } from "vitest";
import { askedAt, playService, type PlayOptions } from "./support/replayed.ts";
import { casesOf, type RecordedCase } from "./support/recorded.ts";
import type { CertificateAnswer, UploadResult } from "../src/index.ts";

type Result = UploadResult | readonly UploadResult[] | CertificateAnswer;

const base = "/services/downloadservice/upload";
const exchangesOf = (recorded: RecordedCase) => recorded.exchanges as RecordedCase["exchanges"][number][];

const asked: Readonly<Record<string, (recorded: RecordedCase) => PlayOptions>> = {
  "upload_file/redirect": (recorded) => ({ exchanges: recorded.exchanges.slice(0, 1) }),
  "upload_file/special-name": (recorded) => ({ exchanges: exchangesOf(recorded).map((one) => askedAt(one, `${base}/f/a%20%231.txt`)) }),
  // The rest of a path stays below the target, whatever the local folder ends in.
  "upload_dir/no-final-slash": (recorded) => ({
    exchanges: exchangesOf(recorded).map((one) => askedAt(one, one.request.path.replace("/upload/s/b.txt", "/upload/dst/s/b.txt"))),
    order: "any",
  }),
  "upload_dir/final-slash": () => ({ order: "any" }),
  "upload_dir/dst-final-slash": () => ({ order: "any" }),
  // Ours has this function: the certificate goes under the key of the storage.
  "upload_certificate/documented": () => ({
    exchanges: casesOf("service", /^upload_personal_certificate$/).find(([id]) => id.endsWith("/basic"))?.[1].exchanges ?? [],
  }),
};

const fails: Readonly<Record<string, readonly [code: string, says: RegExp]>> = {
  "upload_file/short-write": ["CHECKSUM_MISMATCH", /wrote 7 bytes .* has 10/],
  "upload_file/403": ["FORBIDDEN", /Access denied.*storage\.create/],
  "upload_file/redirect": ["NOT_AUTHENTICATED", /JUPYTERHUB_API_TOKEN/],
  "upload_file/missing-local": ["FILE", /no such file/],
  "upload_dir/file": ["FILE", /a\.txt is no folder/],
  "upload_dir/one-fails": ["HTTP_STATUS", /507.*full/],
  "upload_personal_certificate/bad-key": ["INVALID_ARGUMENT", /cta, lst, arc, not "other"/],
  "upload_personal_certificate/missing-file": ["FILE", /no such file/],
  "upload_personal_certificate/400": ["HTTP_STATUS", /validity too long/],
  "upload_shared_certificate/missing-file": ["FILE", /no such file/],
};

describe("uploads of the original", () => {
  it.each(casesOf("service", /^upload_/))("%s", async (id, recorded) => {
    const { method, args, kwargs } = recorded.call;
    const [local, second] = args as [string, string];
    const client = typeof kwargs["chunk_size"] === "number" ? { client: { chunkSize: kwargs["chunk_size"] } } : {};
    const played = await playService<Result>(
      recorded,
      (cta) => {
        switch (method) {
          case "upload_file":
            return cta.uploadFile(local, second);
          case "upload_dir":
            return cta.uploadDir(local, second);
          case "upload_personal_certificate":
            return cta.uploadPersonalCertificate(local, second);
          case "upload_certificate":
            return cta.uploadCertificate(local);
          default:
            return cta.uploadSharedCertificate(local);
        }
      },
      { ...client, ...asked[id]?.(recorded) },
    );
    const failure = fails[id];
    expect(played.urls.filter((url) => /token/.test(url))).toEqual([]);
    if (failure !== undefined) {
      expect(played.error?.code).toBe(failure[0]);
      expect(played.error?.message).toMatch(failure[1]);
      return;
    }
    expect(played.error).toBeUndefined();
    if (method === "upload_certificate") expect(played.value).toEqual({ message: "Certificate stored", validity: 604800 });
    else if (method === "upload_dir") {
      // The original gives nothing; ours what the service answered for each file.
      const answers = recorded.exchanges.map(({ response }) => response.body?.json as UploadResult);
      expect(new Set(played.value as readonly UploadResult[])).toEqual(new Set(answers));
    } else expect(played.value).toEqual(recorded.returns);
  });

  it("the bytes go in pieces of the size asked for, as what they are", async () => {
    const recorded = casesOf("service", /^upload_file$/).find(([id]) => id === "upload_file/chunk-size")?.[1] as RecordedCase;
    const played = await playService(
      recorded,
      async (cta, server) => {
        await cta.uploadFile("a.txt", "c");
        return server.requests[0]?.headers;
      },
      { client: { chunkSize: 4 } },
    );
    expect(played.value).toMatchObject({ "transfer-encoding": "chunked", "content-type": "application/octet-stream" });
  });
});

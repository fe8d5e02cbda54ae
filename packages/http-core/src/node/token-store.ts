import { resolve } from "node:path";
import { checkNames, shown } from "../check.ts";
import type { TokenSet } from "../auth/token.ts";
import { SciError } from "../errors.ts";
import type { TokenStore } from "../oauth/store.ts";
import { withFileLock, type FileLockOptions } from "./file-lock.ts";
import { readSecretFile, secretFolder, writeSecretFile, type SecretFile } from "./secret-file.ts";

export interface FileTokenStoreOptions {
  /** The file; its folder is made when it is missing. */
  readonly path: string;
  /** Milliseconds without a sign of life after which a lock of another host is taken to be left behind. @default 30_000 */
  readonly staleAfter?: number;
}

type Tokens = Readonly<Record<string, TokenSet>>;

/**
 * Tokens in one file of mode 0600, written atomically and changed under a lock that holds between processes and between
 * hosts with a common home folder: a refresh token is never spent twice.
 * @throws FILE (at use) for a file that others can read, a link, a damaged file; TIMEOUT when another process keeps the lock
 */
export function fileTokenStore(options: FileTokenStoreOptions): TokenStore & { readonly path: string } {
  checkNames(options, ["path", "staleAfter"], "option of fileTokenStore()");
  if (typeof options.path !== "string" || options.path === "") {
    throw new SciError("INVALID_ARGUMENT", `fileTokenStore() needs the path of its file, not ${shown(options.path)}.`);
  }
  const file: SecretFile = { path: resolve(options.path), what: "token store" };
  const locking: FileLockOptions = options.staleAfter === undefined ? {} : { staleAfter: options.staleAfter };
  return {
    path: file.path,
    async get(key) {
      return tokenIn(await load(file), key);
    },
    async update(key, next, { signal, wait } = {}) {
      await secretFolder(file);
      const lockOptions = { ...locking, ...(signal === undefined ? {} : { signal }), ...(wait === undefined ? {} : { wait }) };
      return withFileLock(
        file.path,
        async (lock) => {
          const current = tokenIn(await load(file), key);
          const wanted = await next(current);
          if (wanted === current) return current;
          if (await lock.held()) {
            await save(file, key, wanted);
            return wanted;
          }
          return lost(file, key, { current, wanted }, lockOptions);
        },
        lockOptions,
      );
    },
  };
}

/**
 * The lock was lost during the work (the machine slept), but a token has come: it is kept, unless somebody else has kept
 * another one meanwhile.
 */
async function lost(
  file: SecretFile,
  key: string,
  { current, wanted }: { readonly current: TokenSet | undefined; readonly wanted: TokenSet | undefined },
  options: FileLockOptions,
): Promise<TokenSet | undefined> {
  const write = async (): Promise<TokenSet | undefined> => {
    const now = tokenIn(await load(file), key);
    if (now !== undefined && now.access_token !== current?.access_token) return now;
    await save(file, key, wanted);
    return wanted;
  };
  return withFileLock(file.path, write, options);
}

async function save(file: SecretFile, key: string, token: TokenSet | undefined): Promise<void> {
  const { [key]: _old, ...others } = await load(file);
  const tokens = token === undefined ? others : { ...others, [key]: token };
  await writeSecretFile(file, `${JSON.stringify({ version: 1, tokens }, null, 2)}\n`);
}

async function load(file: SecretFile): Promise<Tokens> {
  const text = await readSecretFile(file);
  if (text === undefined) return {};
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which holds tokens.
    throw damaged(file, text === "" ? "it is empty" : "it is not JSON");
  }
  const { version, tokens } = (typeof data === "object" && data !== null ? data : {}) as { version?: unknown; tokens?: unknown };
  if (version !== 1)
    throw damaged(file, version === undefined ? "it is not a token store" : `it was written by another version (${shown(version)})`);
  if (typeof tokens !== "object" || tokens === null || !Object.values(tokens).every(isTokenSet))
    throw damaged(file, "its tokens are incomplete");
  return tokens as Tokens;
}

function tokenIn(tokens: Tokens, key: string): TokenSet | undefined {
  return Object.hasOwn(tokens, key) ? tokens[key] : undefined;
}

function isTokenSet(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as TokenSet).access_token === "string";
}

function damaged({ path }: SecretFile, why: string): SciError<"FILE"> {
  return new SciError("FILE", `The token store ${path} cannot be used: ${why}. Move it away or delete it, then log in again.`, {
    details: { path },
  });
}

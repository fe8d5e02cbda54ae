import { createHash } from "node:crypto";
import { jsonReply, type Reply, type SandboxRequest } from "../http/message.ts";
import { SandboxError } from "../names.ts";
import { bare, Cookies, pass, passageOf, withClient } from "./bridge.ts";
import { grantAll, type OpenIdProvider, type Stored } from "./provider.ts";
import type { Setting } from "./setting.ts";

interface Waiting {
  readonly userCode: string;
  readonly challenge: string | undefined;
  readonly until: number;
  /** Seconds between two questions. */
  interval: number;
  asked: number;
  /** Questions that shall be answered with `slow_down` however late they come. */
  slow: number;
  expired: boolean;
}

const noStore = { "Cache-Control": "no-store", Pragma: "no-cache" };
const plain = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, "");

/** Log-ins of devices: codes, who answers them, and the pace at which a device may ask. */
export class Devices {
  readonly #setting: Setting;
  readonly #provider: OpenIdProvider;
  readonly #waiting = new Map<string, Waiting>();

  constructor(setting: Setting, provider: OpenIdProvider) {
    this.#setting = setting;
    this.#provider = provider;
  }

  /** `POST …/auth/device`. PKCE is taken as Keycloak takes it: the challenge comes here, the verifier with the questions. */
  async begin(request: SandboxRequest): Promise<Reply> {
    const form = withClient(request);
    const challenge = form.get("code_challenge") ?? undefined;
    const method = form.get("code_challenge_method") ?? "plain";
    if (challenge !== undefined && method !== "S256")
      return jsonReply(400, { error: "invalid_request", error_description: "Invalid parameter: code_challenge_method" }, noStore);
    const scope = new Set((form.get("scope") ?? "").split(" ").filter((word) => word !== ""));
    form.set("scope", [...new Set([...scope, ...this.#setting.alwaysScopes])].join(" "));
    for (const name of ["code_challenge", "code_challenge_method", "state"]) form.delete(name);
    const cookies = new Cookies(undefined);
    const reply = await pass(this.#provider, bare(passageOf(request, { body: form.toString() })), cookies);
    if (reply.status !== 200) return reply;
    const answer = JSON.parse(reply.body.toString()) as { device_code: string; user_code: string; expires_in: number };
    const { deviceInterval: interval } = this.#setting;
    const now = Date.now();
    for (const [code, entry] of this.#waiting) if (entry.until < now) this.#waiting.delete(code);
    this.#waiting.set(answer.device_code, {
      userCode: plain(answer.user_code),
      challenge: challenge?.replace(/=+$/, ""),
      until: now + answer.expires_in * 1000 + 600_000,
      interval,
      asked: 0,
      slow: 0,
      expired: false,
    });
    // RFC 8628 has no interval of 0: without the field clients take their own.
    return jsonReply(200, interval === 0 ? answer : { ...answer, interval }, noStore);
  }

  /** What a device is told instead of a token, where the provider is not to be asked: too fast, too late, or another device. */
  tooSoon(form: URLSearchParams): Reply | undefined {
    const refuse = (error: string, description: string): Reply => jsonReply(400, { error, error_description: description }, noStore);
    const entry = this.#waiting.get(form.get("device_code") ?? "");
    if (entry === undefined) return refuse("invalid_grant", "Device code not valid");
    if (entry.expired) return refuse("expired_token", "Device code is expired");
    const early = Date.now() - entry.asked < entry.interval * 1000 - 50;
    entry.asked = Date.now();
    if (entry.slow > 0 || early) {
      entry.slow = Math.max(0, entry.slow - 1);
      return refuse("slow_down", "Slow down");
    }
    if (entry.challenge === undefined) return undefined;
    const verifier = form.get("code_verifier");
    if (verifier === null) return refuse("invalid_grant", "PKCE code verifier not specified");
    const given = createHash("sha256").update(verifier).digest("base64url");
    return given === entry.challenge ? undefined : refuse("invalid_grant", "PKCE verification failed: Code mismatch");
  }

  /** The code that waits for an answer, or undefined. */
  async waiting(userCode: string): Promise<Stored | undefined> {
    const found = await this.#provider.DeviceCode.findByUserCode(plain(userCode));
    const open = this.#entry(userCode)?.expired !== true;
    return open && found !== undefined && found.accountId === undefined && found.error === undefined ? found : undefined;
  }

  #entry(userCode: string): Waiting | undefined {
    return [...this.#waiting.values()].find((entry) => entry.userCode === plain(userCode));
  }

  async #get(userCode: string): Promise<Stored> {
    const found = await this.waiting(userCode);
    if (found === undefined) throw new SandboxError("USAGE", `no device waits with the code "${userCode}"`);
    return found;
  }

  async approve(userCode: string, user: string): Promise<void> {
    const code = await this.#get(userCode);
    this.#setting.users.get(user);
    const grantId = await grantAll(this.#provider, this.#setting, user, code.clientId);
    const scope = code.params["scope"];
    Object.assign(code, { accountId: user, grantId, authTime: Math.floor(Date.now() / 1000), ...(scope === undefined ? {} : { scope }) });
    await code.save();
  }

  async deny(userCode: string): Promise<void> {
    const code = await this.#get(userCode);
    Object.assign(code, { error: "access_denied", errorDescription: "The end user denied the authorization request" });
    await code.save();
  }

  async expire(userCode: string): Promise<void> {
    await this.#get(userCode);
    (this.#entry(userCode) as Waiting).expired = true;
  }

  async slowDown(userCode: string, times: number): Promise<void> {
    await this.#get(userCode);
    (this.#entry(userCode) as Waiting).slow = times;
  }

  /** Codes that wait for an answer, the latest last. */
  async codes(): Promise<string[]> {
    const open: string[] = [];
    for (const { userCode } of this.#waiting.values()) {
      if ((await this.waiting(userCode)) !== undefined) open.push(`${userCode.slice(0, 4)}-${userCode.slice(4)}`);
    }
    return open;
  }
}

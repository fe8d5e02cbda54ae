import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign, verify } from "node:crypto";

/** What a token of the sandbox says. */
export interface Claims {
  readonly iss: string;
  readonly sub: string;
  readonly azp: string;
  readonly aud: string | readonly string[];
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly email: string;
  readonly cern_roles: readonly string[];
  readonly [name: string]: unknown;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Signs and checks access tokens (RS256) with a key made at the start. Knows which tokens were ended before their time. */
export class TokenIssuer {
  readonly #private: KeyObject;
  readonly #public: KeyObject;
  readonly #kid = randomUUID();
  readonly #checked = new Map<string, Claims>();
  readonly #ended = new Set<string>();
  #endedBefore = 0;
  #issued = 0;

  constructor() {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.#private = pair.privateKey;
    this.#public = createPublicKey(pair.privateKey);
  }

  /** The public key, as OpenID Connect publishes it. */
  jwks(): { keys: object[] } {
    return { keys: [{ ...this.#public.export({ format: "jwk" }), kid: this.#kid, alg: "RS256", use: "sig" }] };
  }

  /** The key itself, for what else signs in the name of the realm. */
  privateJwk(): object {
    return { ...this.#private.export({ format: "jwk" }), kid: this.#kid, alg: "RS256", use: "sig" };
  }

  /** Signs claims; `lifetime` in seconds. */
  issue(claims: Omit<Claims, "iat" | "exp" | "jti">, lifetime: number): string {
    const iat = Math.floor(Date.now() / 1000);
    const serial = ++this.#issued;
    const body = `${encode({ alg: "RS256", typ: "JWT", kid: this.#kid })}.${encode({ exp: iat + lifetime, iat, jti: randomUUID(), ...claims, serial })}`;
    return `${body}.${sign("RSA-SHA256", Buffer.from(body), this.#private).toString("base64url")}`;
  }

  /** The claims of a token signed here that is in force, or undefined. */
  check(token: string): Claims | undefined {
    let claims = this.#checked.get(token);
    if (claims === undefined) {
      claims = this.#verify(token);
      if (claims === undefined) return undefined;
      if (this.#checked.size > 1000) this.#checked.clear();
      this.#checked.set(token, claims);
    }
    if (claims.exp * 1000 <= Date.now() || this.#ended.has(claims.jti)) return undefined;
    return (claims["serial"] as number) <= this.#endedBefore ? undefined : claims;
  }

  #verify(token: string): Claims | undefined {
    const parts = token.split(".");
    if (parts.length !== 3) return undefined;
    const signature = Buffer.from(parts[2] as string, "base64url");
    if (!verify("RSA-SHA256", Buffer.from(`${parts[0] as string}.${parts[1] as string}`), this.#public, signature)) return undefined;
    return JSON.parse(Buffer.from(parts[1] as string, "base64url").toString()) as Claims;
  }

  /** Ends one token. */
  end(token: string): void {
    const claims = this.check(token);
    if (claims !== undefined) this.#ended.add(claims.jti);
  }

  /** Ends every token issued so far. */
  endAll(): void {
    this.#endedBefore = this.#issued;
  }

  /** Tokens issued since the start. */
  get issued(): number {
    return this.#issued;
  }
}

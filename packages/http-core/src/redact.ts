/** What stands where a credential stood. */
export const MASK = "***";

const secretName =
  "(?:access_?token|refresh_?token|id_?token|subject_?token|actor_?token|token|client_?secret|secret|password|passwd|passphrase|pwd|api_?key|authorization|authz|macaroon|session_?id|device_?code|code_?verifier|code|assertion|saml_?response|cookie|dcache-http-uuid|j_password|otp)";

const patterns: readonly [RegExp, string][] = [
  // PEM private keys and certificates' keys, over several lines
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
  // HTTP headers in text or JSON: Authorization, Proxy-Authorization, Cookie, Set-Cookie, X-API-Key …
  [
    /((?:proxy-)?authorization|set-cookie|cookie|x-[a-z-]*(?:token|key|secret))("?'?\s*[:=])(?!\s*["']?\*\*\*)(\s*["']?)[^\r\n"']+/gi,
    `$1$2$3${MASK}`,
  ],
  [/\b(Bearer|Basic|Negotiate|Digest)(\s+)(?!\*\*\*)[A-Za-z0-9+/=._~-]{6,}/g, `$1$2${MASK}`],
  // JSON and object notation: "access_token": "…"
  [new RegExp(`(["']?\\b${secretName}["']?\\s*:\\s*)(["'])(?!\\*\\*\\*)(?:\\\\.|(?!\\2)[^\\\\])*(\\2|$)`, "gi"), `$1$2${MASK}$3`],
  // forms and query strings: client_secret=…
  [new RegExp(`(^|[?&;\\s"'(])(${secretName})=(?!\\*\\*\\*)[^&;\\s"'<>)]+`, "gi"), `$1$2=${MASK}`],
  // JSON Web Tokens, wherever they stand
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?/g, MASK],
  // user:password@ in URLs
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"']+@/gi, `$1${MASK}@`],
];

/** Masks everything in a text that is one of `secrets` or looks like a credential. */
export function redactText(text: string, secrets: readonly string[] = []): string {
  let result = text;
  // Longest first: a secret that holds another must not leave its rest behind.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length < 4) continue;
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]))
      result = result.replaceAll(form, MASK);
  }
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}

/** A URL for messages: user info, and the values of secret query parameters, masked; the fragment dropped. */
export function redactUrl(url: string, secrets: readonly string[] = [], secretQuery: readonly string[] = []): string {
  let text = url.replace(/#.*$/s, "");
  for (const name of secretQuery)
    text = text.replace(new RegExp(`([?&]${escapeRegExp(encodeURIComponent(name))}=)[^&]*`, "g"), `$1${MASK}`);
  return redactText(text, secrets);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

export { cernApiToken } from "./api-token.ts";
export type { CernApiTokenOptions } from "./api-token.ts";
export { cernBrowserLogin, cernDeviceLogin } from "./login.ts";
export type { CernBrowserLoginOptions, CernDeviceLoginOptions, CernLoginOptions } from "./login.ts";
export type { CernClientOptions } from "./client.ts";
export type { ConnectionOptions } from "./connection.ts";
export { cernTokenExchange } from "./exchange.ts";
export type { CernTokenExchangeOptions } from "./exchange.ts";
export { cernLogout } from "./logout.ts";
export type { CernLogout, CernLogoutOptions } from "./logout.ts";
export { explainToken } from "./explain-token.ts";
export type { ExplainTokenOptions, TokenExplanation } from "./explain-token.ts";
export { cernSession } from "./session/session.ts";
export type { CernSession } from "./session/session.ts";
export type {
  CernSessionOptions,
  CertificateSessionOptions,
  KerberosSessionOptions,
  PasswordSessionOptions,
  SecretSource,
} from "./session/options.ts";
export type { Negotiate } from "./session/kerberos.ts";
export type { SessionFailure } from "./session/failures.ts";
export { cookieFile, readCookieFile, writeCookieFile } from "./cookies/cookie-file.ts";
export type { ReadCookieFileOptions, WriteCookieFileOptions } from "./cookies/cookie-file.ts";
export type { StoredCookie } from "./cookies/types.ts";
export { createProxyCertificate, describeCertificate, findCertificate, loadCertificate } from "@sci/http-core/x509";
export type {
  CertificateDescription,
  CertificateFiles,
  CreateProxyOptions,
  FindCertificateOptions,
  LoadCertificateOptions,
  LoadedCertificate,
  ProxyCertificate,
  ProxyDescription,
} from "@sci/http-core/x509";

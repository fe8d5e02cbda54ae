export { createCtaData } from "./client.ts";
export type {
  CopyOptions,
  CopyResult,
  CtaData,
  CtaErrorCode,
  DownloadOptions,
  FetchOptions,
  ListOptions,
  Locality,
  Macaroon,
  MacaroonOptions,
  SignalOption,
  StageOptions,
  StageStatus,
  UploadOptions,
  UploadResult,
} from "./types.ts";
export type { CtaDataOptions, Mode } from "./options.ts";
export type { RemotePath } from "./paths.ts";
export { ctaLogin, ctaLogout, currentToken, oidcAgentToken, startAgent, stopAgent } from "./lazy.ts";
export type { CtaLoginOptions } from "./direct/login-options.ts";
export type { CtaLogout, CtaLogoutOptions } from "./direct/logout.ts";
export type { StopAgentOptions } from "./direct/agent.ts";
export type { Agent, StartAgentOptions } from "./direct/start-agent.ts";
export type { CurrentToken } from "./direct/current-token.ts";
export type { OidcAgentOptions } from "./direct/oidc-agent.ts";
export type { CertificateAnswer, CertificateOptions, CertificateSource, PersonalCertificateOptions } from "./service/certificates.ts";
export type { ServiceEntry } from "./service/entries.ts";
export type { WebdavAnswer, WebdavCallOptions, WebdavClient, WebdavDetailed, WebdavFileStat } from "./webdav-types.ts";

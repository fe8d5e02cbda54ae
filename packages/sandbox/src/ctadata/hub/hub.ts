import type { StreamReply, StreamRequest, StreamService } from "../../http/stream.ts";
import type { Actor, Storage } from "../door.ts";
import { certificateBase, type CertificateService } from "./certificates.ts";
import { downloadBase, downloadService } from "./download.ts";
import { type HubTokens, loginPage, serviceError, toLogin } from "./session.ts";

/** What the hub needs of the facility. */
export interface HubSetting {
  readonly storage: Storage;
  readonly tokens: HubTokens;
  readonly certificates: CertificateService;
  readonly origin: () => string;
  readonly actorOf: (name: string) => Actor;
}

/** JupyterHub with its two services for data. */
export class Hub implements StreamService {
  readonly #setting: HubSetting;

  constructor(setting: HubSetting) {
    this.#setting = setting;
  }

  readonly stream = async (request: StreamRequest, { expireToken }: { readonly expireToken: boolean }): Promise<StreamReply> => {
    const { storage, tokens, certificates, origin, actorOf } = this.#setting;
    const { path } = request;
    if (path === "/hub/login") return loginPage();
    const at = (base: string): boolean => path === base || path.startsWith(`${base}/`);
    if (!at(downloadBase) && !at(certificateBase)) return serviceError(404, "404 Not Found");
    const known = tokens.of(request);
    if (known !== undefined && expireToken) tokens.end(known.token);
    if (known === undefined || expireToken) return toLogin(request);
    const { user } = known;
    if (!user.services) return serviceError(403, "Access denied: the token has no scope for this service");
    if (at(certificateBase)) return certificates.answer(request, user);
    return downloadService({ storage, request, user, actor: actorOf(user.name), origin: origin() });
  };
}

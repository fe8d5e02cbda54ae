import type { Identity } from "../cern/facility.ts";
import type { FacilityContext, FacilityParts } from "../facility.ts";
import type { Reply, SandboxRequest } from "../http/message.ts";
import { Router } from "../http/router.ts";
import { checkFields } from "../names.ts";
import { bare, failed, noRoute } from "./answers.ts";
import { readBody } from "./body.ts";
import type { Context } from "./context.ts";
import { createControl, type RunRegistryControl } from "./control.ts";
import { Portal, type PortalOptions } from "./portal.ts";
import { throughProxy, toLogin } from "./proxy.ts";
import { Listing } from "./query/listing.ts";
import { addEdits } from "./routes/edits.ts";
import { addListings } from "./routes/listings.ts";
import { addLumisections } from "./routes/lumisections.ts";
import { addPortal } from "./routes/portal.ts";
import { addV4 } from "./routes/v4.ts";
import { Store } from "./store.ts";

/** Options of Run Registry. */
export interface RunRegistryOptions {
  /** Whether routes that change data ask for rights. Default true, as the service in operation. */
  readonly checkRights?: boolean;
  readonly portal?: PortalOptions;
}

const router = new Router<Context>();
addListings(router);
addLumisections(router);
addPortal(router);
addEdits(router);
addV4(router);

function preflight(): Reply {
  return {
    status: 204,
    headers: {
      "Access-Control-Allow-Origin": "*",
      "Access-Control-Allow-Methods": "GET,HEAD,PUT,PATCH,POST,DELETE",
      "Access-Control-Allow-Headers": "content-type,authorization",
      Vary: "Access-Control-Request-Headers",
    },
    body: Buffer.alloc(0),
  };
}

/** Run Registry: the bare back end at `/`, the service behind its log-in at `/api`. */
export function createRunRegistry(
  options: RunRegistryOptions,
  identity: Identity,
  context: FacilityContext,
): FacilityParts<RunRegistryControl> {
  checkFields("option of runregistry", options, ["checkRights", "portal"]);
  identity.addSite("cmsrunregistry-sso-proxy", () => `${context.origin()}/oauth2/callback`);
  const store = new Store(context);
  const runs = new Listing(store, "runs");
  const datasets = new Listing(store, "datasets");
  const portal = new Portal(store, runs, datasets, options.portal ?? {});
  const shared = { store, runs, datasets, portal, checkRights: options.checkRights ?? true };

  async function backEnd(request: SandboxRequest): Promise<Reply> {
    if (request.method === "OPTIONS") return preflight();
    const method = request.method === "HEAD" ? "GET" : request.method;
    try {
      const body = readBody(request);
      const found = router.find(method, request.path);
      if (found === undefined) return noRoute(request.method, request.path);
      const reply = await found.handler(request, found.parameters, { ...shared, body });
      // Express answers so when the tag is the one that the client has.
      return method === "GET" && reply.status === 200 && request.headers["if-none-match"] === reply.headers["ETag"]
        ? { ...bare(304), headers: { ...reply.headers } }
        : reply;
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    control: createControl(shared),
    async service(request, { expireToken }) {
      if (/^\/oauth2\/start\/?$/.test(request.path)) return toLogin(request, identity);
      if (!/^\/api(\/|$)/.test(request.path)) return backEnd(request);
      const passed = throughProxy(request, identity, expireToken);
      return "status" in passed ? passed : backEnd(passed);
    },
    env: () => ({ RUNREGISTRY_URL: `${context.origin()}/api` }),
    url: () => `${context.origin()}/api`,
    close: () => {
      portal.close();
      store.close();
      return Promise.resolve();
    },
  };
}

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FacilityContext, FacilityParts } from "../facility.ts";
import { FacilityServer, type TlsSetting } from "../http/server.ts";
import type { StreamReply, StreamRequest } from "../http/stream.ts";
import { Authority } from "../tls/certificates.ts";
import type { CtaDataControl } from "./control.ts";
import { createControl } from "./control-parts.ts";
import { Locks } from "./dav/locks.ts";
import { answerDav, visitOf } from "./dav/methods.ts";
import { namesOf } from "./dav/paths.ts";
import { DoorMacaroons } from "./dcache/caveats.ts";
import { Digests } from "./dcache/digests.ts";
import { Pools } from "./dcache/pools.ts";
import { actorOf, personActor } from "./dcache/rights.ts";
import { Tape, tapePath } from "./dcache/tape.ts";
import { thirdParty } from "./dcache/third-party.ts";
import { say, type Storage } from "./door.ts";
import { CertificateService } from "./hub/certificates.ts";
import { Hub } from "./hub/hub.ts";
import { HubTokens } from "./hub/session.ts";
import { createIssuer, mainClient, mainUser } from "./issuer.ts";
import { checkOptions, type CtaDataOptions } from "./options.ts";
import { stager } from "./stager.ts";
import { fillSample, sampleFiles } from "./tree/sample.ts";
import { Tree } from "./tree/tree.ts";

/** Listeners beside the door. */
const pool = "ctadata-pool";
const hubName = "ctadata-hub";
const issuerName = "ctadata-issuer";

function storageOf(options: CtaDataOptions, tree: Tree, pools: () => Pools | undefined, quota: () => number): Storage {
  const dcache = (options.profile ?? "dcache") === "dcache";
  const behaviour = {
    locks: !dcache,
    deadProperties: !dcache,
    overwrite: options.overwrite ?? !dcache,
    makeParents: options.makeParents ?? dcache,
    depthInfinity: options.depthInfinity ?? dcache,
    broken: options.brokenUploads ?? (dcache ? "half" : "none"),
    dcache,
  };
  return {
    tree,
    locks: new Locks(),
    behaviour,
    digests: dcache ? new Digests(() => options.checksumDelay ?? 0) : undefined,
    get pools() {
      return pools();
    },
    quota,
    stage: stager(tree, options.stageTime ?? 1000),
  };
}

/** The storage of CTAO at CSCS: a WebDAV door with its pool, the services of its JupyterHub, and the issuer of its tokens. */
export function createCtaData(options: CtaDataOptions, context: FacilityContext): FacilityParts<CtaDataControl> {
  checkOptions(options);
  const dcache = (options.profile ?? "dcache") === "dcache";
  // The number of runs that other facilities can have is more than a tree in memory should.
  const files = options.files ?? Math.min(context.scale ?? sampleFiles, 100_000);
  const tree = new Tree(context.state, context.seed, files);
  fillSample(tree, context.seed, files);
  tree.restore();

  const servers = new Map<string, FacilityServer>();
  const originOf = (name: string): string => (servers.get(name) as FacilityServer).origin;
  const limits = { quota: options.quota ?? Infinity, lifetime: options.tokenLifetime ?? 300 };
  const closed = (options.closed ?? ["/cta/private"]).map((path) => namesOf(encodeURI(path)) ?? []);
  const issuer = createIssuer(
    options,
    () => originOf(issuerName),
    () => limits.lifetime,
  );
  const pools = new Pools(
    () => originOf(pool),
    () => storage,
    options.poolWait ?? 300,
  );
  const redirects = options.redirect ?? dcache;
  const storage = storageOf(
    options,
    tree,
    () => (redirects ? pools : undefined),
    () => limits.quota,
  );
  let made: Authority | undefined;
  const authority = (): Authority => (made ??= new Authority());
  const secure = options.tls !== undefined && options.tls !== false;
  const asks = options.tls === "optional" || options.tls === "require";
  // Pools take whom the door has sent: they ask for no certificate.
  const plainTls = (): TlsSetting => authority().server();
  const doorTls = (): TlsSetting => ({
    ...plainTls(),
    ca: authority().cert,
    requestCert: asks,
    rejectUnauthorized: options.tls === "require",
  });
  const macaroons = new DoorMacaroons();
  const knows = (name: string): boolean => issuer.users.find(name) !== undefined;
  const rights = { issuer: issuer.issuer, macaroons, login: () => options.login ?? dcache, closed, knows };
  const tape = new Tape(storage);
  const copy = thirdParty({ interval: options.markerInterval ?? 5000, ca: secure ? authority().cert : undefined });

  const door = async (request: StreamRequest, { expireToken }: { readonly expireToken: boolean }): Promise<StreamReply> => {
    const origin = context.origin();
    if (dcache && request.method === "GET" && request.path === "/.well-known/wlcg-tape-rest-api") return tape.discovery(origin);
    const actor = actorOf(request, rights, expireToken);
    if ("status" in actor) return actor;
    if (dcache && request.path.startsWith(`${tapePath}/`)) return tape.answer(request, actor, origin);
    const entrance = { base: "", origin, relays: false };
    if (dcache && request.method === "POST" && request.headers["content-type"] === "application/macaroon-request")
      return macaroons.request(request, actor, origin);
    if (dcache && request.method === "COPY") {
      const visit = visitOf(storage, request, actor, entrance);
      return visit === undefined ? say(400, "This is no path") : copy(visit);
    }
    return answerDav(storage, request, actor, entrance);
  };

  const tokens = new HubTokens();
  const certificates = new CertificateService();
  const person = (name: string): ReturnType<typeof personActor> => personActor(name, closed);
  const hub = new Hub({ storage, tokens, certificates, origin: () => originOf(hubName), actorOf: person });
  const services = [
    [pool, { stream: (request: StreamRequest) => pools.answer(request) }, secure ? plainTls() : undefined],
    [hubName, hub, undefined],
    [issuerName, issuer.service, undefined],
  ] as const;
  for (const [name, service, secured] of services)
    servers.set(name, new FacilityServer(name, service, context.faults, context.log, context.elsewhere, secured));

  const hubToken = tokens.add({ name: mainUser.name, group: "lst", services: true, admin: true });
  const control = createControl({
    tree,
    issuer,
    tokens,
    certificates,
    authority,
    pools,
    limits,
    seed: context.seed,
    door: context.origin,
    originOf,
  });
  let doorToken: string | undefined;
  let caFolder: string | undefined;
  return {
    control,
    service: { stream: door },
    ...(secure ? { tls: doorTls() } : {}),
    async start() {
      for (const [name, server] of servers) await server.listen(context.port(name));
      if (secure) {
        caFolder = mkdtempSync(join(tmpdir(), "sci-sandbox-ca-"));
        writeFileSync(join(caFolder, "ca.pem"), authority().cert);
      }
      doorToken = issuer.token(mainUser.name, "openid offline_access", 86_400);
    },
    env: () => ({
      CTADATA_URL: context.origin(),
      CTADATA_TOKEN: doorToken ?? "",
      CTADATA_ISSUER: issuer.url(),
      CTADATA_CLIENT_ID: mainClient.id,
      CTADATA_CLIENT_SECRET: mainClient.secret,
      CTADS_URL: `${originOf(hubName)}/services/downloadservice/`,
      CTACS_URL: `${originOf(hubName)}/services/certificateservice/`,
      JUPYTERHUB_API_TOKEN: hubToken,
      ...(caFolder === undefined ? {} : { NODE_EXTRA_CA_CERTS: join(caFolder, "ca.pem") }),
    }),
    url: () => context.origin(),
    async close() {
      if (caFolder !== undefined) rmSync(caFolder, { recursive: true, force: true });
      pools.close();
      await Promise.all([...servers.values()].map((server) => server.close()));
      tree.close();
    },
  };
}

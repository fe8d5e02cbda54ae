import { randomUUID } from "node:crypto";
import { readAll, type StreamReply, type StreamRequest } from "../../http/stream.ts";
import { hrefOf, namesOf } from "../dav/paths.ts";
import { type Activity, type Actor, say } from "../door.ts";
import { Macaroons } from "./macaroon.ts";

/** Activities of dCache's macaroons, by what they let do. */
const activities: Readonly<Record<string, readonly Activity[]>> = {
  READ_METADATA: ["read"],
  UPDATE_METADATA: ["modify"],
  LIST: ["read"],
  DOWNLOAD: ["read"],
  MANAGE: ["modify", "create"],
  UPLOAD: ["create"],
  DELETE: ["modify"],
  STAGE: ["stage"],
};

const below = (path: readonly string[], above: readonly string[]): boolean => above.every((name, index) => name === path[index]);

interface Limits {
  readonly allowed: Set<Activity> | undefined;
  readonly paths: readonly (readonly string[])[];
  readonly until: number;
}

/** What caveats mean together; text when one is not known. */
function limitsOf(caveats: readonly string[]): Limits | string {
  let allowed: Set<Activity> | undefined;
  const paths: string[][] = [];
  let until = Infinity;
  for (const caveat of caveats) {
    const colon = caveat.indexOf(":");
    const [kind, value] = [caveat.slice(0, Math.max(0, colon)), caveat.slice(colon + 1)];
    if (kind === "activity") {
      const names = value.split(",").map((name) => name.trim());
      const unknown = names.find((name) => !Object.hasOwn(activities, name));
      if (unknown !== undefined) return `unknown activity ${unknown}`;
      const these = new Set(names.flatMap((name) => activities[name] as readonly Activity[]));
      allowed = new Set([...these].filter((activity) => allowed?.has(activity) ?? true));
    } else if (kind === "path") {
      const path = namesOf(encodeURI(value));
      if (path === undefined) return `bad path ${value}`;
      paths.push(path);
    } else if (kind === "before") {
      const time = Date.parse(value);
      if (Number.isNaN(time)) return `bad time ${value}`;
      until = Math.min(until, time);
    } else if (kind === "iid" || kind === "id") continue;
    else return `unknown caveat ${caveat}`;
  }
  return { allowed, paths, until };
}

function secondsOf(validity: unknown): number | undefined {
  if (validity === undefined) return 86_400;
  const match = typeof validity === "string" ? /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(validity) : null;
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/** Macaroons of a door: what a person may do, narrowed by caveats. */
export class DoorMacaroons {
  readonly #macaroons = new Macaroons();
  readonly #holders = new Map<string, Actor>();

  /** Who holds the token; undefined when it is no macaroon of this door, or has ended. */
  check(token: string): Actor | undefined {
    const known = this.#macaroons.check(token);
    const holder = known && this.#holders.get(known.id);
    const limits = known && limitsOf(known.caveats);
    if (holder === undefined || limits === undefined || typeof limits === "string" || limits.until <= Date.now()) return undefined;
    const { allowed, paths } = limits;
    return {
      name: holder.name,
      may: (activity, path) => holder.may(activity, path) && (allowed?.has(activity) ?? true) && paths.every((limit) => below(path, limit)),
    };
  }

  /** `POST` with `application/macaroon-request`: `{ caveats, validity }`, for the path of the request. */
  async request(request: StreamRequest, actor: Actor, origin: string): Promise<StreamReply> {
    let asked: { caveats?: unknown; validity?: unknown };
    try {
      const body = (await readAll(request, 65_536)).toString();
      asked = body.trim() === "" ? {} : (JSON.parse(body) as typeof asked);
    } catch {
      return say(400, "Failed to parse macaroon request");
    }
    const unknown = Object.keys(asked).find((name) => name !== "caveats" && name !== "validity");
    const caveats = asked.caveats ?? [];
    const seconds = secondsOf(asked.validity);
    if (unknown !== undefined) return say(400, `Invalid macaroon request: unknown field ${unknown}`);
    if (!Array.isArray(caveats) || caveats.some((caveat) => typeof caveat !== "string")) return say(400, "Invalid caveats");
    if (seconds === undefined) return say(400, "Invalid validity");
    const path = namesOf(request.path);
    if (path === undefined) return say(400, "This is no path");
    const all = [
      `iid:${randomUUID()}`,
      `before:${new Date(Date.now() + seconds * 1000).toISOString()}`,
      ...(path.length === 0 ? [] : [`path:/${path.join("/")}`]),
      ...(caveats as string[]),
    ];
    const limits = limitsOf(all);
    if (typeof limits === "string") return say(400, `Invalid caveat: ${limits}`);
    const id = randomUUID();
    this.#holders.set(id, actor);
    const macaroon = this.#macaroons.make(origin, id, all);
    const target = `${origin}${hrefOf("", path, false)}`;
    const uri = {
      targetWithMacaroon: `${target}?authz=${macaroon}`,
      baseWithMacaroon: `${origin}/?authz=${macaroon}`,
      target,
      base: `${origin}/`,
    };
    return { status: 200, headers: { "Content-Type": "application/json" }, body: Buffer.from(JSON.stringify({ macaroon, uri })) };
  }
}

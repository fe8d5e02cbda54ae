import { checkNames, SciError } from "@sci/http-core";
import type { Door } from "@sci/http-core/transfer";
import { escapedPath, type Place } from "../paths.ts";
import type { Macaroon, MacaroonOptions } from "../types.ts";

const known = ["DOWNLOAD", "UPLOAD", "LIST", "DELETE", "MANAGE", "READ_METADATA", "UPDATE_METADATA", "STAGE"];

/** Asks the storage for a token that allows some activities below one path. @throws INVALID_ARGUMENT, UNSUPPORTED, INVALID_RESPONSE */
export async function requestMacaroon(door: Door, place: Place, options: MacaroonOptions): Promise<Macaroon> {
  checkNames(options, ["activities", "validity", "signal"], "option of macaroon()");
  const { activities = ["DOWNLOAD", "LIST"], validity = "PT1H", signal } = options;
  const wrong = activities.find((one) => !known.includes(one));
  if (wrong !== undefined || activities.length === 0)
    throw new SciError(
      "INVALID_ARGUMENT",
      `activities are some of ${known.join(", ")}${wrong === undefined ? "" : `, not ${JSON.stringify(wrong)}`}.`,
    );
  if (!/^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/.test(validity))
    throw new SciError("INVALID_ARGUMENT", `validity is a duration such as "PT1H", not ${JSON.stringify(validity)}.`);
  const answer = await door.request(
    {
      operation: "macaroon",
      method: "POST",
      url: escapedPath(place) || "/",
      headers: { "content-type": "application/macaroon-request", accept: "application/json" },
      body: JSON.stringify({ caveats: [`activity:${activities.join(",")}`], validity }),
      statuses: [400, 405, 415, 501],
    },
    signal === undefined ? {} : { signal },
  );
  if (answer.status >= 400)
    throw new SciError("UNSUPPORTED", `${door.origin} makes no macaroons (it answered ${answer.status}).`, answer.context);
  const macaroon = macaroonIn(answer.text());
  if (macaroon === undefined)
    throw new SciError("INVALID_RESPONSE", `${door.origin} answered a request for a macaroon without one.`, answer.context);
  return Object.defineProperty({} as Macaroon, "macaroon", { value: macaroon, enumerable: false });
}

function macaroonIn(text: string): string | undefined {
  try {
    const { macaroon } = JSON.parse(text) as { macaroon?: unknown };
    return typeof macaroon === "string" && macaroon !== "" ? macaroon : undefined;
  } catch {
    // The text may hold a token; nothing of it is quoted.
    return undefined;
  }
}

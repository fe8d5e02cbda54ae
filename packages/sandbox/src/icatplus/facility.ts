import type { FacilityContext, FacilityParts } from "../facility.ts";
import { jsonReply } from "../http/message.ts";
import type { IcatPlusControl } from "./control.ts";
import { type IcatPlusOptions, settle } from "./options.ts";

/** ICAT+: REST, a message broker, and the ingesters between them. */
export function createIcatPlus(options: IcatPlusOptions, context: FacilityContext): FacilityParts<IcatPlusControl> {
  settle(options);
  return {
    control: {} as IcatPlusControl,
    service: (request) => jsonReply(404, { message: `there is nothing at ${request.path}` }),
    env: () => ({ ICATPLUS_URL: context.origin() }),
    url: () => context.origin(),
  };
}

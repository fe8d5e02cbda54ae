import type { Reply, SandboxRequest } from "../../http/message.ts";
import { Router } from "../../http/router.ts";
import { RouteAdder, type Shared } from "./context.ts";
import { addDatafileRoutes } from "./datafiles.ts";
import { addDatasetRoutes, listForKey as datasetsForKey } from "./datasets.ts";
import { addDoiRoutes } from "./doi.ts";
import { Problem } from "./errors.ts";
import { addIdsRoutes } from "./ids.ts";
import { addInvestigationRoutes, listForKey as investigationsForKey } from "./investigations.ts";
import { addLogbookRoutes } from "./logbook/read.ts";
import { addOtherRoutes, unknownPath } from "./other.ts";
import { addSampleMetadataRoutes } from "./sample-metadata.ts";
import { addSampleRoutes } from "./samples.ts";
import { addSessionRoutes } from "./session-routes.ts";
import { addTrackingRoutes } from "./tracking.ts";

interface Context {
  readonly shared: Shared;
  readonly expireToken: boolean;
}

/** The REST API. */
export class Rest {
  readonly #router = new Router<Context>();
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
    const add = new RouteAdder(this.#router);
    addSessionRoutes(add);
    addLogbookRoutes(add);
    addInvestigationRoutes(add);
    addDatasetRoutes(add);
    addSampleRoutes(add);
    addDatafileRoutes(add);
    addIdsRoutes(add);
    addDoiRoutes(add);
    addTrackingRoutes(add);
    addSampleMetadataRoutes(add);
    addOtherRoutes(add);
    add
      .key("GET", "/dataacquisition/:apiKey/investigation", investigationsForKey)
      .key("GET", "/dataacquisition/:apiKey/dataset", datasetsForKey);
  }

  async answer(request: SandboxRequest, expireToken: boolean): Promise<Reply> {
    const method = request.method === "HEAD" ? "GET" : request.method;
    const found = this.#router.find(method, request.path);
    if (found === undefined) return unknownPath(request.method, request.path);
    try {
      return await found.handler(request, found.parameters, { shared: this.#shared, expireToken });
    } catch (error) {
      if (error instanceof Problem) return error.reply();
      return new Problem(500, error instanceof Error ? error.message : String(error)).reply();
    }
  }
}

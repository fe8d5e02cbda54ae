import type { Router } from "../../http/router.ts";
import type { Context } from "../context.ts";

export function addPortal(router: Router<Context>): void {
  router
    .on("POST", "/json_portal/generate", (request, _parameters, { portal, body }) => {
      const email = request.headers["email"];
      return portal.generate(body, typeof email === "string" && email !== "" ? email : undefined);
    })
    .on("POST", "/json_portal/json", (_request, _parameters, { portal, body }) => portal.poll(body["id_json"]));
}

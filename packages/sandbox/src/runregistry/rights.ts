import type { SandboxRequest } from "../http/message.ts";
import { refused } from "./answers.ts";
import type { Context, Route } from "./context.ts";
import { SqlError } from "./query/sql.ts";

/** Which groups may do what: patterns that are searched in the address of the request. */
export const permissions: readonly { readonly egroup: string; readonly routes: readonly RegExp[] }[] = [
  { egroup: "cms-dqm-runregistry-experts", routes: [/.*/] },
  {
    egroup: "cms-dqm-runregistry-shifters",
    routes: [/runs\/mark_significant/, /runs\/move_run/, /manual_run_edit\/\d+\/stop_reason/, /lumisections\/edit_rr_lumisections/],
  },
  { egroup: "cms-dqm-runregistry-offline-global", routes: [/datasets\/global/, /cycles/] },
  { egroup: "cms-dqm-runregistry-offline-tracker", routes: [/datasets\/tracker/] },
];

const header = (request: SandboxRequest, name: string): string => [request.headers[name] ?? ""].flat().join(",");

/** The author of a change. */
export function author(request: SandboxRequest): string {
  const by = header(request, "email");
  if (by === "") throw new SqlError("The email of the author's action should be stated in request's header 'email'");
  return by;
}

/** Changes by programs give way to changes by people. */
export function isManual(by: string): boolean {
  return !by.startsWith("auto@auto");
}

function link(egroup: string): string {
  return `<a target="_blank" href=https://e-groups.cern.ch/e-groups/Egroup.do?egroupName=${egroup}&tab=3>${egroup}</a>`;
}

function refusal(needed: readonly string[]): string {
  if (needed.length === 0)
    return "There is no egroup that is authorized to do this action. <br/><br/>Please file a JIRA ticket with the action you were trying to do.";
  const groups = needed.map(link).join("</i></strong><br/></br><strong><i>");
  return (
    `User needs to be part of any of the following e-groups to fulfill this action (clickable links): <br/><br/><strong><i>${groups}</i></strong> <br/><br/> ` +
    `IMPORTANT: After being accepted to an e-group it is necessary to <a href="/logout">log-out</a> and log-in again. `
  );
}

/** Lets a route be used only by those who have the right to it. */
export function guarded(route: Route): Route {
  return (request, parameters, context: Context) => {
    const email = header(request, "email");
    if (!context.checkRights || email.startsWith("auto@auto")) return route(request, parameters, context);
    const egroups = header(request, "egroups");
    if (egroups === "" || email === "") throw new SqlError("Request must provide email and egroups");
    const fitting = permissions.filter(({ routes }) => routes.some((pattern) => pattern.test(request.target)));
    const own = egroups.split(",");
    if (fitting.some(({ egroup }) => own.includes(egroup))) return route(request, parameters, context);
    return refused(refusal(fitting.map(({ egroup }) => egroup)));
  };
}

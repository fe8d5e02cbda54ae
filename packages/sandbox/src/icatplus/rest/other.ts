import { jsonReply, type Reply } from "../../http/message.ts";
import { techniques } from "../world/techniques.ts";
import { bodyOf, text } from "./body.ts";
import { type Call, type RouteAdder } from "./context.ts";
import { badRequest, forbidden } from "./errors.ts";
import { documentView, objectId } from "./views.ts";

/** Names of parameters that the seeded datasets and samples use. */
const parameterTypes: readonly (readonly [name: string, units: string, description: string])[] = [
  ["Sample_name", "", "Name of the sample"],
  ["beamlineID", "", "Name of the beamline"],
  ["proposal", "", "Name of the proposal"],
  ["datasetName", "", "Name of the dataset"],
  ["definition", "", "Technique"],
  ["technique_pid", "", "Identifier of the technique"],
  ["scanNumber", "", "Number of the scan"],
  ["InstrumentMonochromator_energy", "keV", "Energy of the monochromator"],
  ["InstrumentSource_current", "mA", "Current in the storage ring"],
  ["input_datasets", "", "Folders of the datasets that it was made from"],
  ["__elapsedTime", "s", "Duration"],
  ["__volume", "bytes", "Volume"],
  ["__fileCount", "", "Number of files"],
  ["SampleProtein_acronym", "", "Acronym of the protein"],
  ["Sample_description", "", "Description of the sample"],
];

function listParameters({ query }: Call): Reply {
  const [name, id] = [query.get("name")?.toLowerCase(), query.get("parameterTypeId")];
  const all = parameterTypes.map(([own, units, description], place) => ({
    _id: objectId(place + 1),
    id: place + 1,
    name: own,
    value: "",
    units,
    description,
  }));
  return jsonReply(
    200,
    all.filter(
      (one) =>
        (name === undefined || name === "" || one.name.toLowerCase() === name) && (id === null || id === "" || String(one.id) === id),
    ),
  );
}

const defaults = {
  selection: { datasetIds: [], sampleIds: [] },
  logbookFilters: {},
  recentlyVisited: [],
  isGroupedBySample: false,
  pagination: [],
};

function preferencesOf(call: Call): Record<string, unknown> {
  const name = call.session?.user.name ?? "";
  const found = [...call.catalogue.all("preferences")].find(({ value }) => value["username"] === name);
  return found === undefined ? { ...defaults, username: name } : documentView(found);
}

function setPreferences(call: Call): Reply {
  const username = call.session?.user.name ?? "";
  const { _id, id: _number, ...fields } = bodyOf(call);
  const found = [...call.catalogue.all("preferences")].find(({ value }) => value["username"] === username);
  if (found === undefined) call.catalogue.add("preferences", (id) => ({ id, value: { ...defaults, ...fields, username } }));
  else call.catalogue.change("preferences", { ...found, value: { ...found.value, ...fields, username } });
  return jsonReply(200, preferencesOf(call));
}

/** Paths of the service that the sandbox leaves out, by their beginnings. */
const leftOut = ["/cod", "/cache", "/ewoks", "/elasticsearch", "/h5grove", "/oaipmh", "/dmp", "/api/scoring", "/actions", "/tracking"];

/** What is said where no route is: 501 for what the service has and the sandbox leaves out. */
export function unknownPath(method: string, path: string): Reply {
  const known = leftOut.some((start) => path === start || path.startsWith(`${start}/`));
  if (known) return jsonReply(501, { message: `The sandbox does not imitate ${method} of this address` });
  return jsonReply(404, { message: "Not found" });
}

export function addOtherRoutes(add: RouteAdder): void {
  const messages = new Map<string, Record<string, unknown>>([
    ["INFORMATION", { _id: objectId(1), type: "INFORMATION", message: "This is a sandbox." }],
  ]);
  add
    .open("GET", "/catalogue/techniques", () => jsonReply(200, techniques))
    .open("GET", "/catalogue/parameters", listParameters)
    .open("GET", "/facilities", () =>
      jsonReply(200, [
        {
          name: "ESRF",
          fullName: "European Synchrotron Radiation Facility",
          url: "https://www.esrf.fr",
          description: "As the sandbox imitates it",
          ontologies: [{ name: "ESRFET", uri: "https://w3id.org/PaN/ESRFET", appliesTo: ["technique"] }],
        },
      ]),
    )
    .open("GET", "/messages", ({ query }) => {
      const type = query.get("type")?.toUpperCase();
      return jsonReply(
        200,
        [...messages.values()].filter((one) => type === undefined || type === "" || one["type"] === type),
      );
    })
    .session("PUT", "/messages/:sessionId/information", (call) => {
      if (call.session?.user.administrator !== true) throw forbidden();
      const fields = bodyOf(call);
      if (text(fields, "type").toUpperCase() !== "INFORMATION") throw badRequest('type must be "INFORMATION"');
      const kept = { _id: objectId(1), type: "INFORMATION", message: text(fields, "message") };
      messages.set("INFORMATION", kept);
      return jsonReply(200, kept);
    })
    .session("GET", "/users/:sessionId/preferences", (call) => jsonReply(200, preferencesOf(call)))
    .session("PUT", "/users/:sessionId/preferences", setPreferences);
}

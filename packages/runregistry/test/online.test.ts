import { json } from "@sci/http-core/testing";
import { describe, expect, it } from "vitest";
import { onlineApi } from "../src/online.ts";
import { bench, errorOf } from "./batch-support.ts";

const run = { run_number: 362761, oms_attributes: {}, rr_attributes: { class: "Cosmics22", state: "SIGNOFF" }, version: 71001 };
const routes = {
  "POST /runs/move_run/{from}/{to}": json(run),
  "POST /runs/mark_significant": json(run),
  "PUT /manual_run_edit/{run}/class": json(run),
  "POST /runs/refresh_run/{run}": json(run),
  "POST /runs/reset_and_refresh_run/{run}": json(run),
};

describe("what is sent", () => {
  it("moves a run", async () => {
    const { core, sent } = await bench(routes);
    expect(await onlineApi(core).move(362761, { from: "OPEN", to: "SIGNOFF" })).toEqual(run);
    expect(sent()).toEqual(['POST /runs/move_run/OPEN/SIGNOFF {"run_number":362761}']);
  });

  it("marks a run significant", async () => {
    const { core, sent } = await bench(routes);
    expect(await onlineApi(core).markSignificant(362761)).toEqual(run);
    expect(sent()).toEqual(['POST /runs/mark_significant {"run_number":362761}']);
  });

  it("changes the class, and sends no other attribute", async () => {
    const { core, sent } = await bench(routes);
    expect(await onlineApi(core).changeClass(362761, "Cosmics22")).toEqual(run);
    expect(sent()).toEqual(['PUT /manual_run_edit/362761/class {"class":"Cosmics22"}']);
  });

  it("refreshes and resets without a body", async () => {
    const { core, sent } = await bench(routes);
    await onlineApi(core).refresh(362761);
    await onlineApi(core).reset([362761]);
    expect(sent()).toEqual(["POST /runs/refresh_run/362761", "POST /runs/reset_and_refresh_run/362761"]);
  });

  it("plans every one of them with dryRun", async () => {
    const { core, server } = await bench(routes);
    const api = onlineApi(core);
    const plans = [
      await api.move(1, { from: "OPEN", to: "COMPLETED" }, { dryRun: true }),
      await api.markSignificant(1, { dryRun: true }),
      await api.changeClass(1, "Cosmics22", { dryRun: true }),
      await api.refresh(1, { dryRun: true }),
      await api.reset(1, { dryRun: true }),
    ];
    expect(plans.map(({ method, url }) => `${method} ${url.slice(server.url.length)}`)).toEqual([
      "POST /runs/move_run/OPEN/COMPLETED",
      "POST /runs/mark_significant",
      "PUT /manual_run_edit/1/class",
      "POST /runs/refresh_run/1",
      "POST /runs/reset_and_refresh_run/1",
    ]);
    expect(server.requests).toEqual([]);
  });
});

describe("what is refused", () => {
  it("tells the service's reason", async () => {
    const { core } = await bench({ "POST /runs/mark_significant": json({ err: "Run 362761 is already significant" }, { status: 500 }) });
    const error = await errorOf(onlineApi(core).markSignificant(362761));
    expect(error.code).toBe("SERVICE_ERROR");
    expect(error.message).toContain("Run 362761 is already significant");
  });

  it("tells that the e-group is missing", async () => {
    const { core } = await bench({ "PUT /manual_run_edit/{run}/class": json({ message: "<p>not in the e-group</p>" }, { status: 401 }) });
    const error = await errorOf(onlineApi(core).changeClass(362761, "Cosmics22"));
    expect(error.code).toBe("FORBIDDEN");
    expect(error.message).toContain("not in the e-group");
  });

  const moves: [move: unknown, message: string][] = [
    [{ from: "OPEN", to: "CLOSED" }, 'Unknown state ("to" of online.move()) "CLOSED"'],
    [{ from: "open", to: "SIGNOFF" }, 'Did you mean "OPEN"?'],
    [{ from: "OPEN", to: "signoff" }, 'Did you mean "SIGNOFF"?'],
    [{ from: "waiting dqm gui", to: "OPEN" }, 'Unknown state ("from" of online.move()) "waiting dqm gui"'],
    [{ from: "OPEN", to: "OPEN" }, "from and to are both OPEN"],
    [{ from: "OPEN" }, 'state ("to" of online.move()) must be one of OPEN, SIGNOFF, COMPLETED, not undefined.'],
    [{ form: "OPEN", to: "SIGNOFF" }, 'Did you mean "from"?'],
    [undefined, "the move in online.move() must be an object with from, to"],
    ["SIGNOFF", "the move in online.move() must be an object with from, to"],
  ];
  it.each(moves)("a move %j", async (move, message) => {
    const { core, server } = await bench(routes);
    const error = await errorOf(onlineApi(core).move(362761, move as never));
    expect(error.code).toBe("INVALID_ARGUMENT");
    expect(error.message).toContain(message);
    expect(server.requests).toEqual([]);
  });

  it("an empty class, one that is no text, and runs that are no numbers", async () => {
    const { core, server } = await bench(routes);
    const api = onlineApi(core);
    expect((await errorOf(api.changeClass(362761, ""))).message).toContain('must be text that is not empty, not "".');
    expect((await errorOf(api.changeClass(362761, "  "))).message).toContain("must be text that is not empty");
    expect((await errorOf(api.changeClass(362761, 22 as never))).message).toContain("must be text that is not empty, not 22.");
    for (const given of ["362761", true, undefined, null, -1, 1.5, "abc"]) {
      expect((await errorOf(api.changeClass(given as number, "Cosmics22"))).message).toContain("The run number must be a whole number");
      expect((await errorOf(api.reset(given as number))).code).toBe("INVALID_ARGUMENT");
    }
    expect(server.requests).toEqual([]);
  });
});

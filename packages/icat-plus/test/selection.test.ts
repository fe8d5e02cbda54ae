import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSessionFinder, selectInvestigation, type SessionDates } from "../src/selection/index.ts";
import { argument, recorded } from "./support/recorded.ts";

const zone = process.env["TZ"];
beforeAll(() => {
  process.env["TZ"] = "Europe/Paris";
});
afterAll(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

describe("sessions as the original chooses them", () => {
  for (const one of recorded("selection")) {
    test(one.id, () => {
      process.env["TZ"] = one.timezone ?? "Europe/Paris";
      const { investigations, date, allow_open_ended: allowOpenEnded } = one.call.kwargs;
      const now = one.now === undefined ? undefined : new Date((argument(one.now) as string | Date).valueOf());
      const found = selectInvestigation(investigations as readonly SessionDates[], {
        allowOpenEnded: allowOpenEnded as boolean,
        ...(date === null || date === undefined ? {} : { date: argument(date) as Date | string }),
        ...(now === undefined ? {} : { now: () => now }),
      });
      expect(found?.id ?? null).toBe(one.returns);
    });
  }
});

describe("the finder", () => {
  const sessions = [
    { id: 1, startDate: "2024-03-01T09:00:00+01:00", endDate: "2024-03-05T08:00:00+01:00" },
    { id: 2, startDate: "2024-03-10T09:00:00+01:00", endDate: "2024-03-15T08:00:00+01:00" },
  ];
  const query = { beamline: "id00", proposal: "ma1234" };

  test("asks once while the answer is fresh, and chooses anew each time", async () => {
    let asked = 0;
    let clock = new Date("2024-03-02T00:00:00Z");
    const finder = createSessionFinder({
      fetch: async () => {
        asked += 1;
        return Promise.resolve(sessions);
      },
      lifetime: 1000,
      now: () => clock,
    });
    expect((await Promise.all([finder.find(query), finder.find(query)])).map((one) => one?.id)).toEqual([1, 1]);
    expect(await finder.find({ ...query, date: "2024-03-12T00:00:00Z" })).toMatchObject({ id: 2 });
    expect(asked).toBe(1);
    clock = new Date("2024-03-12T00:00:00Z");
    expect(await finder.find(query)).toMatchObject({ id: 2 });
    expect(asked).toBe(2);
    finder.forget();
    await finder.find(query);
    expect(asked).toBe(3);
  });

  test("keeps neither errors nor emptiness", async () => {
    const answers: (readonly SessionDates[] | Error)[] = [new Error("no answer"), [], sessions];
    const finder = createSessionFinder({
      fetch: async () => {
        const answer = answers.shift();
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? []);
      },
    });
    await expect(finder.find(query)).rejects.toThrow("no answer");
    expect(await finder.find(query)).toBeUndefined();
    expect(await finder.find({ ...query, date: "2024-03-02" })).toMatchObject({ id: 1 });
  });

  test("an answer from before forget() is not kept", async () => {
    let release: (value: readonly SessionDates[]) => void = () => undefined;
    let asked = 0;
    const finder = createSessionFinder({
      fetch: () => {
        asked += 1;
        return new Promise<readonly SessionDates[]>((resolve) => {
          release = resolve;
        });
      },
    });
    const first = finder.find(query);
    finder.forget();
    release(sessions);
    await first;
    const second = finder.find(query);
    release(sessions);
    await second;
    expect(asked).toBe(2);
  });

  test("what is no date is refused", () => {
    expect(() => selectInvestigation(sessions, { date: "yesterday" })).toThrow(/date must be a Date, a day/);
    expect(() => selectInvestigation(sessions, { date: new Date("x") })).toThrow(/date must be a Date/);
  });
});

import { isSciError } from "@sci/http-core";
import { json, startServer, type TestServer } from "@sci/http-core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMymdc, type Mymdc } from "../src/index.ts";

const all = Array.from({ length: 5 }, (_, index) => ({ id: index + 1, name: `item ${index + 1}` }));

describe("items", () => {
  let server: TestServer;
  let client: Mymdc;

  beforeEach(async () => {
    server = await startServer({
      "GET /items": ({ query }) => {
        const { page, page_size } = Object.fromEntries(query);
        const size = Number(page_size);
        const first = (Number(page) - 1) * size;
        return json({ items: all.slice(first, first + size), total: all.length });
      },
      "GET /items/{id}": ({ params }) => {
        const found = all.find(({ id }) => id === Number(params["id"]));
        return found === undefined ? json({ error: "no such item" }, { status: 404 }) : json(found);
      },
    });
    client = createMymdc({ baseUrl: server.url });
  });
  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  test("one item arrives as the service has it", async () => {
    expect(await client.items.get(3)).toEqual({ id: 3, name: "item 3" });
  });

  test("an item that is not there is an error with a code", async () => {
    const error: unknown = await client.items.get(99).catch((reason: unknown) => reason);
    expect(isSciError(error, "NOT_FOUND")).toBe(true);
  });

  test("a list is walked over all its pages", async () => {
    const ids: number[] = [];
    for await (const item of client.items.list({ pageSize: 2 })) ids.push(item.id);
    expect(ids).toEqual([1, 2, 3, 4, 5]);
  });

  test("what is not known is refused before anything is sent", async () => {
    await expect(client.items.get(0)).rejects.toThrow(/id must be a whole number from 1/);
    expect(() => client.items.list({ pagesize: 2 } as never)).toThrow(/pageSize/);
    expect(server.requests).toEqual([]);
  });
});

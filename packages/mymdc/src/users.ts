import type { CallOptions, Core } from "@sci/http-core";
import { define, recordOperation } from "./definition.ts";
import { callOptions, type Gets, getsApi } from "./resource.ts";

/** A person, or a client with an address of its own. */
export interface User {
  readonly id: number;
  readonly email: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly name: string | null;
  readonly nickname: string | null;
  readonly provider: string | null;
  readonly uid: string | null;
}

/** Calls on users. */
export interface UsersApi extends Gets<User> {
  /** Who this client is: the user of the e-mail address that goes with every call. */
  me(options?: CallOptions): Promise<User>;
}

const kinds = {
  id: "id",
  email: "text",
  first_name: "text",
  last_name: "text",
  name: "text",
  nickname: "text",
  provider: "text",
  uid: "text",
} as const;

export const userOperations = {
  me: recordOperation<void, User>(kinds, { name: "users.me", method: "GET", path: "/me" }),
};

export const user = define<User>({
  name: "users",
  collection: "users",
  wrapper: "user",
  kinds,
  server: [],
  routes: "R",
  searches: [],
  operations: userOperations,
});

export function usersApi(core: Core): UsersApi {
  return {
    ...getsApi(core, user),
    me: async (options) => core.request(userOperations.me, undefined, callOptions(options, "users.me")),
  };
}

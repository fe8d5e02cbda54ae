/** What the built-in copy of the webdav library takes for its fetch: it is never called, since every request goes through a door. */
export function fetch(): never {
  throw new Error("A request of the webdav library that belongs to no client.");
}

export const { Headers, Request, Response } = globalThis;

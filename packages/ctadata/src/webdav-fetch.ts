/** What the built-in copy of the webdav library takes for its fetch: it is never called, since every request goes through a door. */
export const { fetch, Headers, Request, Response } = globalThis;

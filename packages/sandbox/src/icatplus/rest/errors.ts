import { jsonReply, type Reply } from "../../http/message.ts";

/** An answer that is no success; the service writes it as JSON. */
export class Problem extends Error {
  override name = "Problem";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  reply(): Reply {
    return jsonReply(this.status, { message: this.message });
  }
}

export const badRequest = (message: string): Problem => new Problem(400, message);
export const forbidden = (message = "You do not have the right to do this"): Problem => new Problem(403, message);
export const notFound = (what: string): Problem => new Problem(404, `There is no ${what}`);

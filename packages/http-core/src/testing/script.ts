import { differences, type ExpectedRequest, type MatchOptions } from "./match.ts";
import { text, type Reply } from "./reply.ts";
import { describeRequest, type ReceivedRequest } from "./request.ts";
import { startServer, type Handler, type ServerOptions, type TestServer } from "./server.ts";

/** One request that is expected, and what it is answered. */
export interface Exchange {
  readonly request: ExpectedRequest | ((request: ReceivedRequest) => boolean);
  readonly response: Reply | Handler;
  /** How often it is expected. @default 1 */
  readonly times?: number;
}

export interface ScriptOptions extends ServerOptions, MatchOptions {
  /** "exact": as listed; "any": each request takes the first exchange left that fits it, for requests in parallel. @default "exact" */
  readonly order?: "exact" | "any";
}

export interface ScriptedServer extends TestServer {
  /** Exchanges that were asked for so far. */
  readonly answered: number;
  /**
   * To be called at the end of a test.
   * @throws Error that lists every request that did not fit and every exchange that was not asked for
   */
  done(): void;
}

/** Answers that no client repeats by itself, so that a wrong request ends the call. */
const unexpectedStatus = 501;

/** The bookkeeping of a script, apart from the server: also used for several servers that share one list. */
export function follow(exchanges: readonly Exchange[], options: MatchOptions & Pick<ScriptOptions, "order"> = {}) {
  const left = exchanges.flatMap((exchange, index) => Array.from({ length: exchange.times ?? 1 }, () => ({ ...exchange, index })));
  const problems: string[] = [];
  let answered = 0;

  const check = (expected: Exchange["request"], request: ReceivedRequest): string[] =>
    typeof expected !== "function"
      ? differences(expected, request, options)
      : expected(request)
        ? []
        : ["the exchange's own check refuses it"];

  /** What the request is answered; an exchange that it does not fit is noted as a problem. */
  function take(request: ReceivedRequest): Reply | Promise<Reply> {
    const candidates = options.order === "any" ? left : left.slice(0, 1);
    const position = candidates.findIndex((one) => check(one.request, request).length === 0);
    const chosen = left[position];
    if (chosen !== undefined) {
      left.splice(position, 1);
      answered += 1;
      return typeof chosen.response === "function" ? chosen.response(request) : chosen.response;
    }
    const next = left[0];
    const problem =
      next === undefined
        ? `Unexpected request ${describeRequest(request)}: every exchange is used up.`
        : `Unexpected request ${describeRequest(request)}; it differs from exchange ${next.index}:\n    ${check(next.request, request).join("\n    ")}`;
    problems.push(problem);
    return text(problem, { status: unexpectedStatus });
  }

  return {
    take,
    get answered() {
      return answered;
    },
    done(): void {
      const unmet = left.map(
        ({ request, index }) =>
          `Exchange ${index} was not asked for${typeof request === "function" ? "" : `: ${request.method ?? ""} ${request.path ?? ""}`}.`,
      );
      const all = [...problems, ...unmet];
      if (all.length > 0) throw new Error(`The server saw something else than the script:\n  ${all.join("\n  ")}`);
    },
  };
}

/**
 * A server that expects certain requests and gives certain answers. A request that does not fit is answered 501 with the differences.
 * @example
 * const server = await script([{ request: { method: "GET", path: "/runs" }, response: json([]) }]);
 */
export async function script(exchanges: readonly Exchange[], options: ScriptOptions = {}): Promise<ScriptedServer> {
  const story = follow(exchanges, options);
  const server = await startServer(story.take, options);
  return Object.defineProperties({} as ScriptedServer, {
    ...Object.getOwnPropertyDescriptors(server),
    answered: { get: () => story.answered, enumerable: true },
    done: { value: story.done, enumerable: true },
  });
}

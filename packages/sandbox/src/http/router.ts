import type { Reply, SandboxRequest } from "./message.ts";

/** Path parameters by name, decoded. */
export type Parameters = Readonly<Record<string, string>>;
export type Handler<C> = (request: SandboxRequest, parameters: Parameters, context: C) => Reply | Promise<Reply>;

interface Route<C> {
  method: string;
  segments: readonly string[];
  handler: Handler<C>;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Matches method and path; a segment `:name` takes any value. A slash at the end is ignored and letters count alike in both cases, as in Express. */
export class Router<C> {
  readonly #routes: Route<C>[] = [];

  on(method: string, path: string, handler: Handler<C>): this {
    this.#routes.push({ method, segments: path.split("/").filter((part) => part !== ""), handler });
    return this;
  }

  find(method: string, path: string): { handler: Handler<C>; parameters: Parameters } | undefined {
    const parts = path.split("/").filter((part) => part !== "");
    for (const route of this.#routes) {
      if (route.method !== method || route.segments.length !== parts.length) continue;
      const parameters: Record<string, string> = {};
      const fits = route.segments.every((segment, index) => {
        const part = decode(parts[index] as string);
        if (!segment.startsWith(":")) return segment.toLowerCase() === part.toLowerCase();
        parameters[segment.slice(1)] = part;
        return true;
      });
      if (fits) return { handler: route.handler, parameters };
    }
    return undefined;
  }
}

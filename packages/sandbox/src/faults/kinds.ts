import { checkFields, checkWhole, SandboxError, unknown } from "../names.ts";

/** Every way to misbehave. */
export const faultKinds = [
  "latency",
  "refuse",
  "reset-before",
  "reset-in",
  "reset-after",
  "truncate",
  "wrong-length",
  "drip",
  "status",
  "retry-after",
  "expire-token",
  "html",
  "redirect-loop",
  "redirect-away",
  "garbage",
  "silence",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One rule of misbehaviour. As text: `KIND[:ARG][@FACILITY][%RATE]`. */
export interface Fault {
  readonly kind: FaultKind;
  /** Meaning depends on the kind; the README's table says which. */
  readonly arg?: string;
  /** Only this facility; without it every facility. */
  readonly facility?: string;
  /** Share of the requests, 0 to 1, drawn from the seed; or `{ every: n }`: the n-th, 2n-th … request. Default: all. */
  readonly rate?: number | { readonly every: number };
  /** Only requests whose path begins so (from the library alone). */
  readonly path?: string;
  /** At most so many requests (from the library alone). */
  readonly times?: number;
}

/** A fault with its argument read. */
export interface Plan {
  readonly fault: Fault;
  readonly milliseconds: number;
  readonly bytes: number | undefined;
  readonly share: number;
  readonly status: number;
  readonly after: string;
  readonly url: string | undefined;
  readonly mode: string | undefined;
}

/** Reads a duration such as `20ms`, `1.5s` or `20` (milliseconds). */
export function milliseconds(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text.trim());
  if (match === null) throw new SandboxError("USAGE", `${what} must be a duration such as 20ms or 1.5s, not "${text}"`);
  const value = Number(match[1]) * (match[2] === "s" ? 1000 : 1);
  if (value > 3_600_000) throw new SandboxError("USAGE", `${what} must be at most an hour, not "${text}"`);
  return value;
}

function rateOf(text: string, whole: string): NonNullable<Fault["rate"]> {
  const every = /^1\/(\d+)$/.exec(text);
  if (every !== null) return { every: checkWhole(`the rate of "${whole}"`, Number(every[1]), 1, 1_000_000) };
  const percent = Number(text);
  if (text === "" || !(percent >= 0 && percent <= 100)) {
    throw new SandboxError("USAGE", `the rate of "${whole}" must be a percentage of 0 to 100 such as %10, or %1/3 for every third request`);
  }
  return percent / 100;
}

/** Reads `KIND[:ARG][@FACILITY][%RATE]`. */
export function parseFault(text: string): Fault {
  let rest = text.trim();
  let rate: Fault["rate"];
  const percent = /%([\d./]+)$/.exec(rest);
  if (percent !== null) {
    rate = rateOf(percent[1] as string, text);
    rest = rest.slice(0, percent.index);
  }
  let facility: string | undefined;
  const at = /@([a-z-]*)$/.exec(rest);
  if (at !== null) {
    facility = at[1] as string;
    rest = rest.slice(0, at.index);
  }
  const colon = rest.indexOf(":");
  const kind = colon < 0 ? rest : rest.slice(0, colon);
  return {
    kind: kind as FaultKind,
    ...(colon < 0 ? {} : { arg: rest.slice(colon + 1) }),
    ...(facility === undefined ? {} : { facility }),
    ...(rate === undefined ? {} : { rate }),
  };
}

const noArgument: readonly FaultKind[] = ["refuse", "reset-before", "reset-after", "expire-token", "html", "redirect-loop", "silence"];

function statusOf(text: string, fallback: number, what: string): number {
  return text === "" ? fallback : checkWhole(`the status of ${what}`, Number(text), 200, 599);
}

/** Checks a rule and reads its argument. `facilities`: the names that may stand behind `@`. */
export function planFault(given: Fault | string, facilities: readonly string[]): Plan {
  const fault = typeof given === "string" ? parseFault(given) : given;
  checkFields("field of a fault", fault, ["kind", "arg", "facility", "rate", "path", "times"]);
  const { kind, arg } = fault;
  if (!faultKinds.includes(kind)) throw new SandboxError("USAGE", unknown("fault", String(kind), faultKinds));
  if (fault.facility !== undefined && !facilities.includes(fault.facility)) {
    throw new SandboxError("USAGE", unknown("facility of a fault", fault.facility, facilities));
  }
  if (typeof fault.rate === "number" && !(fault.rate >= 0 && fault.rate <= 1))
    throw new SandboxError("USAGE", "rate of a fault must be 0 to 1");
  if (typeof fault.rate === "object") checkWhole("rate.every of a fault", fault.rate.every, 1, 1_000_000);
  if (fault.times !== undefined) checkWhole("times of a fault", fault.times, 1, 1_000_000_000);
  const what = `fault "${kind}"`;
  if (arg !== undefined && noArgument.includes(kind)) throw new SandboxError("USAGE", `${what} takes no argument, but got "${arg}"`);
  const base = { fault, milliseconds: 0, bytes: undefined, share: 0.5, status: 0, after: "", url: undefined, mode: undefined };
  switch (kind) {
    case "latency":
      return { ...base, milliseconds: milliseconds(arg ?? "20ms", `the argument of ${what}`) };
    case "drip":
      return { ...base, milliseconds: milliseconds(arg ?? "50ms", `the argument of ${what}`) };
    case "truncate":
    case "reset-in": {
      const percent = /^(\d+(?:\.\d+)?)%$/.exec(arg ?? "50%");
      if (percent !== null && Number(percent[1]) < 100) return { ...base, share: Number(percent[1]) / 100 };
      if (arg === undefined || !/^\d+$/.test(arg))
        throw new SandboxError("USAGE", `the argument of ${what} must be a number of bytes or a share below 100%, not "${String(arg)}"`);
      return { ...base, bytes: Number(arg) };
    }
    case "wrong-length": {
      if (!/^[+-]?\d+$/.test(arg ?? "-1"))
        throw new SandboxError("USAGE", `the argument of ${what} must be a difference in bytes such as -1 or +10, not "${String(arg)}"`);
      return { ...base, bytes: Number(arg ?? "-1") };
    }
    case "status":
      return { ...base, status: statusOf(arg ?? "", 503, what) };
    case "retry-after": {
      const parts = (arg ?? "").split(",");
      const after = parts.pop() as string;
      if (parts.length > 1 || !/^\d*$/.test(after))
        throw new SandboxError("USAGE", `the argument of ${what} must be SECONDS or STATUS,SECONDS, not "${String(arg)}"`);
      return { ...base, status: statusOf(parts[0] ?? "", 429, what), after: after === "" ? "1" : after };
    }
    case "redirect-away":
      if (arg !== undefined && !/^https?:\/\//.test(arg))
        throw new SandboxError("USAGE", `the argument of ${what} must be a URL, not "${arg}"`);
      return { ...base, url: arg };
    case "garbage":
      if (arg !== undefined && arg !== "body") throw new SandboxError("USAGE", `the argument of ${what} can only be "body", not "${arg}"`);
      return { ...base, mode: arg };
    default:
      return base;
  }
}

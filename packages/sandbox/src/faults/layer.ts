import { checkWhole } from "../names.ts";
import { stream } from "../random.ts";
import { type Fault, type FaultKind, type Plan, planFault } from "./kinds.ts";

interface Armed extends Plan {
  seen: number;
  left: number;
}

/** Decides which faults meet a request. One for the whole sandbox; every facility asks it. */
export class FaultLayer {
  #armed: Armed[] = [];
  readonly #draw: () => number;
  readonly #facilities: readonly string[];
  readonly #changed: (() => Promise<void>)[] = [];

  constructor(seed: number, facilities: readonly string[]) {
    this.#draw = stream(checkWhole("seed", seed, 0, 0xffffffff));
    this.#facilities = facilities;
  }

  /** Replaces all rules; resolves when ports that were closed or opened by it are in their new state. */
  async set(faults: readonly (Fault | string)[]): Promise<void> {
    this.#armed = faults.map((fault) => {
      const plan = planFault(fault, this.#facilities);
      return { ...plan, seen: 0, left: plan.fault.times ?? Infinity };
    });
    await Promise.all(this.#changed.map((listener) => listener()));
  }

  get faults(): Fault[] {
    return this.#armed.map((armed) => armed.fault);
  }

  onChange(listener: () => Promise<void>): void {
    this.#changed.push(listener);
  }

  /** Whether the facility refuses connections altogether: a rule `refuse` without rate, path or count. */
  closed(facility: string): boolean {
    return this.#armed.some(({ fault }) => fault.kind === "refuse" && this.#total(fault) && this.#concerns(fault, facility));
  }

  #total(fault: Fault): boolean {
    return (fault.rate === undefined || fault.rate === 1) && fault.times === undefined && fault.path === undefined;
  }

  #concerns(fault: Fault, facility: string): boolean {
    return fault.facility === undefined ? facility !== "elsewhere" : fault.facility === facility;
  }

  /** The faults that this request meets, in the order of the rules, at most one of each kind. */
  meet(facility: string, path: string): Map<FaultKind, Plan> {
    const met = new Map<FaultKind, Plan>();
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (armed.left <= 0 || met.has(fault.kind) || !this.#concerns(fault, facility)) continue;
      if (fault.path !== undefined && !path.startsWith(fault.path)) continue;
      armed.seen++;
      if (typeof fault.rate === "number" && this.#draw() >= fault.rate) continue;
      if (typeof fault.rate === "object" && armed.seen % fault.rate.every !== 0) continue;
      armed.left--;
      met.set(fault.kind, armed);
    }
    return met;
  }
}

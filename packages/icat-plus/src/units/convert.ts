import { combine, type Powers } from "./expression.ts";
import { integerPower } from "./power.ts";
import { parseUnits, type Unit, unitOf } from "./registry.ts";

/** How values of one unit become values of another. */
export type Conversion = (value: number) => number;

/** Factors by size in numerator and denominator: what stands in both cancels out before anything is rounded. */
interface Fraction {
  readonly above: Map<number, number>;
  readonly below: Map<number, number>;
  readonly dimensions: Map<string, number>;
}

function collect(powers: ReadonlyMap<string, number>, times: number, into: Fraction): void {
  for (const [label, own] of powers) {
    const power = own * times;
    const unit = unitOf(label) as Unit;
    if (unit.base === "dimension") into.dimensions.set(unit.name, (into.dimensions.get(unit.name) ?? 0) + power);
    if (unit.base !== undefined) continue;
    const side = power < 0 ? into.below : into.above;
    side.set(unit.scale, (side.get(unit.scale) ?? 0) + Math.abs(power));
    collect(unit.of, power, into);
  }
}

function cancel(above: Map<number, number>, below: Map<number, number>): void {
  for (const [scale, power] of above) {
    const other = below.get(scale);
    if (other === undefined) continue;
    if (power >= other) {
      above.set(scale, power - other);
      below.delete(scale);
    } else {
      below.set(scale, other - power);
      above.delete(scale);
    }
  }
}

/** The factor between units, and what is left of dimensions. */
function factorOf(powers: Powers): { readonly factor: number; readonly dimensionless: boolean } {
  const fraction: Fraction = { above: new Map(), below: new Map(), dimensions: new Map() };
  collect(powers, 1, fraction);
  cancel(fraction.above, fraction.below);
  let factor = 1;
  for (const [scale, power] of fraction.above) if (power !== 0) factor *= integerPower(scale, power);
  for (const [scale, power] of fraction.below) if (power !== 0) factor *= integerPower(scale, -power);
  return { factor, dimensionless: [...fraction.dimensions.values()].every((power) => Math.abs(power) < 1e-9) };
}

function offsetUnit(powers: Powers): Unit | undefined {
  const units = [...powers.keys()].map((name) => unitOf(name) as Unit);
  return units.length === 1 && units[0]?.offset !== 0 ? units[0] : undefined;
}

const same = (one: Powers, other: Powers): boolean =>
  one.size === other.size && [...one].every(([name, power]) => other.get(name) === power);

function findConversion(source: Powers, target: Powers): Conversion | undefined {
  if (same(source, target)) return (value) => value;
  const from = offsetUnit(source);
  const to = offsetUnit(target);
  if (
    (from !== undefined && [...target.keys()].some((name) => name.startsWith("delta_"))) ||
    (to !== undefined && [...source.keys()].some((name) => name.startsWith("delta_")))
  )
    return undefined;
  const { factor, dimensionless } = factorOf(combine((from?.of ?? source) as Powers, (to?.of ?? target) as Powers, -1));
  if (!dimensionless) return undefined;
  if (from === undefined && to === undefined) return (value) => value * factor;
  return (value) => {
    const reference = (from === undefined ? value : value * from.scale + from.offset) * factor;
    return to === undefined ? reference : (reference - to.offset) / to.scale;
  };
}

const known = new Map<string, Conversion | undefined>();

/** How to convert `source` into `target`. @returns undefined where `source` is no unit, or measures something else */
export function conversion(source: string, target: string): Conversion | undefined {
  const key = `${source}\n${target}`;
  if (known.has(key)) return known.get(key);
  const from = parseUnits(source);
  const to = parseUnits(target);
  const found = from === undefined || to === undefined ? undefined : findConversion(from, to);
  if (known.size > 1000) known.clear();
  known.set(key, found);
  return found;
}

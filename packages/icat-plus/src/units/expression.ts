// Unit expressions ("photons/ms", "g/cm³", "nm·rad") as Pint reads them: products, ratios and powers of names.

/** Powers by name, in the order in which the names stood: it decides on the last digit of a conversion. */
export type Powers = Map<string, number>;

/** A map with `times` the powers of `more` added; what cancels out goes away. */
export function combine(powers: ReadonlyMap<string, number>, more: ReadonlyMap<string, number>, times: number): Powers {
  const sum: Powers = new Map(powers);
  for (const [name, power] of more) {
    const total = (sum.get(name) ?? 0) + power * times;
    if (total === 0) sum.delete(name);
    else sum.set(name, total);
  }
  return sum;
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const word = "[_a-zA-Z][_a-zA-Z0-9]*";

function prepared(text: string): string {
  return text
    .replaceAll("%", " percent ")
    .replaceAll("\u2030", " permille ")
    .trim()
    .replaceAll(",", "")
    .replaceAll(" per ", "/")
    .replaceAll("°", "degree")
    .replace(/\s+/g, " ")
    .replace(new RegExp(`(${word}) squared`, "g"), "$1**2")
    .replace(new RegExp(`(${word}) cubed`, "g"), "$1**3")
    .replace(new RegExp(`cubic (${word})`, "g"), "$1**3")
    .replace(new RegExp(`(?:square|sq) (${word})`, "g"), "$1**2")
    .replace(
      /⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g,
      (digits) => `**(${digits.replace(/./gu, (one) => (one === "⁻" ? "-" : superscripts.indexOf(one)).toString())})`,
    )
    .replaceAll("·", "*")
    .replaceAll("^", "**");
}

type Token = string | number;

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  const pattern = /\s*(?:(\*\*|[*/()+-])|(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|([\p{L}_]\w*(?:[\p{L}\w]*)))/uy;
  let end = 0;
  while (text.slice(end).trim() !== "") {
    pattern.lastIndex = end;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    end = pattern.lastIndex;
    const [, operator, number, name] = match;
    found.push(number === undefined ? ((operator ?? name) as string) : Number(number));
  }
  return found;
}

/** A number, or a product of names; a factor other than 1 is no unit. */
interface Term {
  readonly scale: number;
  readonly powers: Powers;
}

const isName = (token: Token | undefined): token is string => typeof token === "string" && /^[\p{L}_]/u.test(token);

/** Reads an expression. @returns undefined for what is none, or has a factor (such as "10 mm") */
export function parseExpression(text: string): Powers | undefined {
  const list = tokens(prepared(text));
  if (list === undefined) return undefined;
  let at = 0;
  const primary = (): Term | undefined => {
    const token = list[at];
    at += 1;
    if (token === "(") {
      const inner = product();
      if (list[at] !== ")") return undefined;
      at += 1;
      return inner;
    }
    if (token === "-" || token === "+") {
      const inner = power();
      return inner === undefined ? undefined : { ...inner, scale: token === "-" ? -inner.scale : inner.scale };
    }
    if (typeof token === "number") return { scale: token, powers: new Map() };
    return isName(token) ? { scale: 1, powers: new Map([[token, 1]]) } : undefined;
  };
  const power = (): Term | undefined => {
    const base = primary();
    if (base === undefined || list[at] !== "**") return base;
    at += 1;
    const exponent = power();
    if (exponent === undefined || exponent.powers.size > 0) return undefined;
    return { scale: base.scale ** exponent.scale, powers: combine(new Map(), base.powers, exponent.scale) };
  };
  const product = (): Term | undefined => {
    let left = power();
    while (left !== undefined && at < list.length && list[at] !== ")") {
      const divides = list[at] === "/";
      if (divides || list[at] === "*") at += 1;
      else if (list[at] === "+" || list[at] === "-") return undefined;
      const right = power();
      if (right === undefined) return undefined;
      left = {
        scale: divides ? left.scale / right.scale : left.scale * right.scale,
        powers: combine(left.powers, right.powers, divides ? -1 : 1),
      };
    }
    return left;
  };
  if (list.length === 0) return new Map();
  const whole = product();
  return whole !== undefined && at === list.length && whole.scale === 1 ? whole.powers : undefined;
}

import { SqlError } from "./query/sql.ts";

/** A pattern of SIMILAR TO as a regular expression: `%` any text, `_` one character, `| * + ? {m,n} ( ) [ ]` as in regular expressions, the rest as it is. */
export function similarTo(pattern: string): RegExp {
  let source = "";
  let inBrackets = false;
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] as string;
    if (inBrackets) {
      source += character === "\\" ? "\\\\" : character;
      if (character === "]") inBrackets = false;
    } else if (character === "%") source += "[\\s\\S]*";
    else if (character === "_") source += "[\\s\\S]";
    else if (character === "\\") {
      index++;
      if (index >= pattern.length) throw new SqlError("invalid regular expression: invalid escape \\ sequence");
      source += (pattern[index] as string).replace(/\W/g, "\\$&");
    } else if (character === "[") {
      inBrackets = true;
      source += character;
    } else if ("|*+?{}()".includes(character)) source += character;
    else source += character.replace(/[.^$\\/-]/g, "\\$&");
  }
  try {
    return new RegExp(`^(?:${source})$`);
  } catch {
    throw new SqlError("invalid regular expression: parentheses () not balanced");
  }
}

// What a terminal acts on, or what makes text read otherwise than it is stored: C0 and C1 controls, DEL, bidirectional
// marks, embeddings, overrides and isolates, line and paragraph separators, the byte order mark, invisible tag characters.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;
// JSON.stringify has escaped C0 already.
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;
const unsafeBeyondLines =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;
const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function unicodeEscape(character: string): string {
  let text = "";
  for (let index = 0; index < character.length; index++) text += `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  return text;
}

/** Text as it may stand on one line of a terminal: control sequences, line ends and bidirectional overrides become visible (`\u001b`, `\n`). */
export function escapeTerminal(text: string): string {
  return text.replace(unsafe, (character) => named[character] ?? unicodeEscape(character));
}

/** Like {@link escapeTerminal}, but line feeds and tabs stay: for text of several lines. */
export function escapeTerminalLines(text: string): string {
  return text.replace(unsafeBeyondLines, (character) => named[character] ?? unicodeEscape(character));
}

/** JSON text whose strings hold nothing that a terminal acts on; the value it stands for is the same. */
export function escapeJsonText(json: string): string {
  return json.replace(unsafeInJson, unicodeEscape);
}

const numeral = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Text for a cell of a CSV file: what a spreadsheet would run as a formula gets an apostrophe in front;
 * numerals (`-1.5`) stay as they are.
 */
export function escapeFormula(text: string): string {
  return /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) && !numeral.test(text) ? `'${text}` : text;
}

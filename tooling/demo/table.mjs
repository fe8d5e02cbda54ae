const cell = (value) => {
  const text = Array.isArray(value) ? value.map(([start, end]) => `${start}-${end}`).join(" ") : String(value ?? "");
  return text.length > 28 ? `${text.slice(0, 27)}…` : text;
};

/** Prints the first and the last rows; numbers to the right. */
export function showTable(rows, columns, { head = 6, tail = 2 } = {}) {
  const shown = rows.length > head + tail ? [...rows.slice(0, head), undefined, ...rows.slice(-tail)] : rows;
  const lines = [columns, ...shown.map((row) => columns.map((name) => (row === undefined ? "…" : cell(row[name]))))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  const right = columns.map((name) => typeof rows[0]?.[name] === "number");
  for (const line of lines) {
    const cells = line.map((text, index) => (right[index] ? text.padStart(widths[index]) : text.padEnd(widths[index])));
    console.log(`   ${cells.join("  ").trimEnd()}`);
  }
}

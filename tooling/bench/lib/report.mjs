import { cpus, totalmem } from "node:os";

/** The machine that the figures belong to. */
export function machine() {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} cores (${cpu?.model.trim() ?? "unknown"}), ${memory} GB, ${process.platform}, Node ${process.versions.node}`;
}

const table = (header, rows) => {
  const lines = [header, header.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};

/** One part's result as Markdown: what was measured, and what was to be reached. */
export function partText({ title, about, measured, targets }) {
  const figures = measured.map(({ what, median, least, greatest, times, unit = "ms", note = "" }) => [
    what,
    `${median} ${unit}`,
    times > 1 ? `${least}–${greatest}` : "",
    String(times),
    note,
  ]);
  const reached = targets.map(({ what, is, target, unit, met }) => [what, `${is}${unit}`, target, met ? "yes" : "**no**"]);
  return [
    `## ${title}`,
    about,
    table(["measured", "median", "range", "times", "remark"], figures),
    table(["what", "is", "target", "met"], reached),
  ].join("\n\n");
}

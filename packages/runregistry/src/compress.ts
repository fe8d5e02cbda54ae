type Fields = Readonly<Record<string, unknown>>;

/**
 * Rows in the shape of the Python client: the attributes of Run Registry are spread over the row and the summary is called
 * `lumisections`. The original loses what meets a name of the row (`version`, `lumisections`) and some of what stands beside;
 * here attributes that meet a name stay together in `rr_attributes`, and everything else stays.
 */
export function compressRow(row: Fields, run: Fields, cache: Fields | undefined): Fields {
  const { rr_attributes, ...ofRun } = run;
  const { triplet_summary = {}, ...summaries } = cache ?? {};
  const taken: Fields = { ...ofRun, ...summaries, ...row, lumisections: triplet_summary };
  const attributes = Object.entries((rr_attributes as Fields | undefined) ?? {});
  const meeting = attributes.filter(([name]) => Object.hasOwn(taken, name));
  const free = attributes.filter(([name]) => !Object.hasOwn(taken, name));
  return { ...Object.fromEntries(free), ...taken, ...(meeting.length === 0 ? {} : { rr_attributes: Object.fromEntries(meeting) }) };
}

/** Text of about the length of a message of a dataset. */
export const body = `<?xml version="1.0" encoding="UTF-8"?><dataset>${"<parameter><name>a</name><value>1.25</value></parameter>".repeat(45)}</dataset>`;

/** Messages sent and not confirmed at a time. */
export const inFlight = 512;

/** Keeps `most` calls under way until `count` are done. */
export async function pooled(count, most, call) {
  let next = 0;
  const work = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(most, count) }, work));
}

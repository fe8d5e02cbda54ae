import { lookup, lookupService } from "node:dns/promises";
import { hostname } from "node:os";

/** Milliseconds to wait for the name service. */
const PATIENCE = 2000;

let found: Promise<string> | undefined;

async function full(): Promise<string> {
  const short = hostname();
  if (short.includes(".")) return short;
  const named = async (): Promise<string> => (await lookupService((await lookup(short)).address, 0)).hostname;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<string>((done) => {
    timer = setTimeout(() => done(short), PATIENCE);
  });
  try {
    const name = await Promise.race([named().catch(() => short), patience]);
    // A loopback name says less than the short one.
    return name.startsWith(`${short}.`) ? name : short;
  } finally {
    clearTimeout(timer);
  }
}

/** The name of this machine, with its domain where the name service knows one; asked once. */
export function fullHostName(): Promise<string> {
  return (found ??= full());
}

import type { X509Certificate } from "node:crypto";
import { SciError } from "../errors.ts";
import { describeParsed, type CertificateDescription } from "./describe.ts";

const day = 86_400_000;

/** A clock this much behind does not make a certificate "not yet valid": proxies are made and used within seconds. */
const clockTolerance = 300_000;

export interface ValidityOptions {
  readonly warn: (message: string) => void;
  /** Milliseconds before the end from which a warning is given. @default the smaller of 30 days and a tenth of the life */
  readonly ahead?: number;
  /** An error rather than a warning. */
  readonly strict: boolean;
}

/** @throws CERTIFICATE for one that is not yet or no longer valid, naming the dates and this machine's time */
export function checkValidity(certificate: CertificateDescription, now: number, { warn, ahead, strict }: ValidityOptions): void {
  const { subject, validFrom, validTo } = certificate;
  const clock = new Date(now).toISOString();
  const fail = (message: string): void => {
    if (strict)
      throw new SciError("CERTIFICATE", message, {
        details: { subject, validFrom: validFrom.toISOString(), validTo: validTo.toISOString() },
      });
    warn(message);
  };
  if (now < validFrom.getTime() - clockTolerance) {
    fail(
      `The certificate of ${subject} is not valid before ${validFrom.toISOString()}; this machine's clock says ${clock}. Check the clock.`,
    );
  } else if (now >= validTo.getTime()) {
    fail(
      `The certificate of ${subject} ended on ${validTo.toISOString()}; this machine's clock says ${clock}. ${certificate.isProxy ? "Make a new proxy." : "Ask for a new one."}`,
    );
  } else if (now >= validTo.getTime() - (ahead ?? Math.min(30 * day, (validTo.getTime() - validFrom.getTime()) / 10))) {
    warn(`The certificate of ${subject} ends on ${validTo.toISOString()}.`);
  }
}

/** The certificate first, then each one's issuer; what belongs to no link of the chain is left out. Both with a warning. */
export function orderChain(
  certificates: readonly X509Certificate[],
  first: X509Certificate,
  source: string,
  warn: (message: string) => void,
): X509Certificate[] {
  const ordered = [first];
  const left = certificates.filter((one) => one !== first && one.fingerprint256 !== first.fingerprint256);
  for (let last = first; ;) {
    const index = left.findIndex((one) => last.checkIssued(one) && last.verify(one.publicKey));
    if (index < 0) break;
    last = left.splice(index, 1)[0] as X509Certificate;
    ordered.push(last);
  }
  if (left.length > 0) {
    warn(
      `${source} holds certificates that are not in the chain of ${describeParsed(first).subject}; they are left out: ${left.map((one) => describeParsed(one).subject).join(", ")}`,
    );
  }
  if (ordered.some((one, index) => one !== certificates[index])) {
    warn(
      `The certificates in ${source} are not in the order of the chain (the user's first, then each one's issuer); they are used in that order.`,
    );
  }
  return ordered;
}

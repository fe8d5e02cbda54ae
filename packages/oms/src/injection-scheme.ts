import { SciError, shown } from "@sci/http-core";

/** The parts of an injection scheme, such as `25ns_2556b_2544_2215_2332_144bpi_20injV3`. Parts that are not there are null. */
export interface InjectionScheme {
  readonly text: string;
  /** Distance of the bunches: "25ns", "75_150ns"; "Single" for bunches on their own. */
  readonly spacing: string | null;
  /** Bunches per beam, with the kind of ion where it is told: "2556b", "733Pb". */
  readonly bunches: string | null;
  /** Colliding pairs at ATLAS and CMS, at ALICE, at LHCb. */
  readonly ip1_5: number | null;
  readonly ip2: number | null;
  readonly ip8: number | null;
  /** Bunches per injection: "144bpi". */
  readonly trainlength: string | null;
  /** "20inj". */
  readonly injections: string | null;
  /** What stands behind: a version or a purpose. */
  readonly special: string | null;
}

/**
 * Takes an injection scheme of a fill apart: spacing_bunches_ip1/5_ip2_ip8_trainlength_injections_special. The spacing may be missing
 * and may itself hold a "_", and anything may follow the injections, so parts are told by their endings, not by their number.
 * @example parseInjectionScheme("75_150ns_733Pb_733_702_468_42bpi_20inj")?.spacing // "75_150ns"
 * @returns undefined for null, empty text and what is built differently
 */
export function parseInjectionScheme(text: string | null | undefined): InjectionScheme | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  if (typeof text !== "string") throw new SciError("INVALID_ARGUMENT", `An injection scheme is text, not ${shown(text)}.`);
  const found =
    /^(?:(?<spacing>\d+(?:[_.]\d+)*ns|[A-Za-z]+)_)?(?<bunches>\d+[A-Za-z]*)_(?<ip1>\d+)_(?<ip2>\d+)_(?<ip8>\d+)(?:_(?<train>\d+(?:_\d+)?bpi))?(?:_(?<inj>\d+inj))?(?:_?(?<special>.*))$/.exec(
      text.trim(),
    )?.groups;
  if (found === undefined) return undefined;
  const { spacing = null, bunches = null, ip1, ip2, ip8, train = null, inj = null, special } = found;
  return {
    text,
    spacing,
    bunches,
    ip1_5: Number(ip1),
    ip2: Number(ip2),
    ip8: Number(ip8),
    trainlength: train,
    injections: inj,
    special: special === undefined || special === "" ? null : special,
  };
}

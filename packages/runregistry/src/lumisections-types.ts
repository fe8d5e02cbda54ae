/** What was decided about a component for a lumisection. */
export interface Triplet {
  /** GOOD, BAD, STANDBY, EXCLUDED, NOTSET, EMPTY (nothing is known) or "NO VALUE FOUND" (no rule gave one). */
  readonly status: string;
  readonly cause: string;
  readonly comment: string;
}

/** What OMS says about a lumisection: DCS and beam bits, prescale, and in some forms luminosity. */
export type OmsValue = string | number | boolean | null;

/** Lumisections from `start` to `end`, both inclusive and counted from 1. The key is `end`, whatever documentation elsewhere says. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A range in which no component changes, cause and comment included. Gaps are ranges whose components are EMPTY. */
export interface RrRange extends Span {
  /** By component, `workspace-column`: `dt-dt`, `tracker-strip`. */
  readonly [component: `${string}-${string}`]: Triplet;
}

/** A range in which no bit changes. Gaps hold no bits. Luminosity is left out. */
export interface OmsRange extends Span {
  readonly [bit: string]: OmsValue;
}

/** A range in which nothing changes, luminosity included: usually a single lumisection. */
export interface JointRange extends Span {
  /** By component, `workspace-column`: `dt-dt`, `tracker-strip`. */
  readonly [component: `${string}-${string}`]: Triplet;
  readonly [bit: string]: OmsValue | Triplet;
}

/** One lumisection with the components of Run Registry. */
export interface RrLumisection {
  /** From 1. The service sends a plain list; the number is its position. */
  readonly lumisection_number: number;
  /** By component, `workspace-column`: `dt-dt`, `tracker-strip`. */
  readonly [component: `${string}-${string}`]: Triplet;
}

/** One lumisection with what OMS says; a gap has `err` instead. */
export interface OmsLumisection {
  /** From 1. The service sends a plain list; the number is its position. */
  readonly lumisection_number: number;
  readonly [bit: string]: OmsValue;
}

export type ComponentRange = Triplet & Span;

/** A range of one bit; `status` is absent where OMS has no data. */
export interface BitRange extends Span {
  readonly status?: OmsValue;
}

/** A change of lumisections: automatic ones first, then those made by hand, each in the order they were made; later ones win. */
export interface LumisectionEvent {
  readonly version: number | string;
  readonly manual_change: boolean;
  readonly run_number: number;
  /** Of the dataset. */
  readonly name: string;
  /** First and last lumisection of the change; those between need not all belong to it. */
  readonly start: number;
  readonly end: number;
  /** Who made it: an e-mail address, `auto@auto…` for the service itself. */
  readonly by: string;
  readonly comment: string | null;
  readonly createdAt: string;
  /** What was set: component to triplet. */
  readonly jsonb: Readonly<Record<string, Triplet>>;
}

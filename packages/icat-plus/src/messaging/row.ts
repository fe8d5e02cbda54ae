import type { Parcel } from "./parcel.ts";

/** Parcels that wait to be sent, in order. One that is given up is passed over when its turn comes: nothing is searched or moved. */
export class Row {
  #parcels: Parcel[] = [];
  #next = 0;
  /** Settled ones that still stand in the row. */
  #gone = 0;

  get length(): number {
    return this.#parcels.length - this.#next - this.#gone;
  }

  push(parcel: Parcel): void {
    this.#parcels.push(parcel);
  }

  shift(): Parcel | undefined {
    while (this.#next < this.#parcels.length) {
      const parcel = this.#parcels[this.#next++] as Parcel;
      if (this.#next > 1024 && this.#next * 2 > this.#parcels.length) this.#renew([]);
      if (!parcel.isSettled) return parcel;
      this.#gone--;
    }
    return undefined;
  }

  /** One that stands in the row was settled. */
  passed(): void {
    this.#gone++;
    if (this.#gone > 1024 && this.#gone * 2 > this.#parcels.length - this.#next) this.putBack([]);
  }

  /** Puts what was taken out back to the front. */
  putBack(parcels: readonly Parcel[]): void {
    this.#renew(parcels);
    this.#parcels = this.#parcels.filter((one) => !one.isSettled);
    this.#gone = 0;
  }

  /** Takes all. */
  clear(): readonly Parcel[] {
    const all = this.#parcels.slice(this.#next);
    this.#parcels = [];
    this.#next = 0;
    this.#gone = 0;
    return all;
  }

  #renew(front: readonly Parcel[]): void {
    this.#parcels = [...front, ...this.#parcels.slice(this.#next)];
    this.#next = 0;
  }
}

import { describe, expectTypeOf, test } from "vitest";
import { createIcatClient, float, type IcatClient, type IcatMetadata, type IcatNullClient } from "../src/index.ts";

describe("types", () => {
  test("metadata have the facility's names, and values that their fields read", () => {
    expectTypeOf<{
      Sample_name: string;
      startDate: Date;
      endDate: string;
      scanNumber: number;
      complete: true;
      InstrumentMonochromator_energy: [number, "eV"];
      InstrumentBeam_incident_wavelength: [number[], "nm"];
      InstrumentSlitPrimary_vertical_gap: number[];
      InstrumentDetector01Rois_value: [number, number][];
      DOI_users: string[][];
      Mirror_type: "single";
      Sample_description: null;
    }>().toExtend<IcatMetadata>();
    const marked = { InstrumentBeam_flux: float(1) } satisfies IcatMetadata;
    expectTypeOf(marked).toExtend<IcatMetadata>();
    // @ts-expect-error: there is no such field
    const misspelt: IcatMetadata = { Sample_nam: "s1" };
    // @ts-expect-error: a number is no text
    const number: IcatMetadata = { Sample_name: 7 };
    void [misspelt, number];
  });

  test("calls say what they need", () => {
    expectTypeOf<IcatClient["addFiles"]>().parameter(0).toEqualTypeOf<number>();
    expectTypeOf<IcatClient["storeDatasetFromFile"]>().parameter(0).toEqualTypeOf<string>();
    expectTypeOf<ReturnType<IcatNullClient["storeDataset"]>>().toEqualTypeOf<Promise<undefined>>();
    // @ts-expect-error: it is called metadataUrls
    const make = (): IcatClient => createIcatClient({ metadataUrl: ["a"] });
    void make;
  });
});

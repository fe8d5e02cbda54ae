/** One of the datasets that both sides write: what a scan of a beamline carries. */
export function datasetOf(number) {
  return {
    beamline: "id00",
    proposal: "ma1234",
    dataset: `sample_${number}`,
    path: `/mnt/storage/data/visitor/ma1234/id00/20240301/RAW_DATA/sample/sample_${number}`,
    metadata: {
      Sample_name: `sample ${number % 100}`,
      Sample_description: "a < b & c: µm, é",
      startDate: "2024-03-01T10:00:00+01:00",
      endDate: "2024-03-01T10:11:12.345678+01:00",
      machine: "lid00.example.org",
      software: "bench",
      scanNumber: number,
      definition: "XRF XRD",
      InstrumentMonochromator_energy: [12_500 + (number % 1000), "eV"],
      InstrumentMonochromator_wavelength: "1.0332 angstrom",
      InstrumentBeam_incident_polarization: 0.99,
      Sample_distance: [1.25, "m"],
      Sample_thickness: "50 um",
      SamplePositioners_name: ["sx", "sy", "sz", "phi"],
      SamplePositioners_value: ["1.0", "2.5", "-3.125", "90.0"],
      InstrumentSlitPrimary_vertical_gap: [0.5, 1.25],
      InstrumentDetector01Rois_value: [
        [1, 2],
        [3, 4],
      ],
      Mirror_type: "single",
      group_by: ["scanNumber", "definition"],
    },
  };
}

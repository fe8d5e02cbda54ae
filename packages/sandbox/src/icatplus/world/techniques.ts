/** Some techniques of the ontology ESRFET, with the identifiers that datasets carry. */
export const techniques: readonly { id: number; pid: string; name: string; description: string }[] = [
  ["XRF", "X-ray fluorescence"],
  ["XRD", "X-ray diffraction"],
  ["XAS", "X-ray absorption spectroscopy"],
  ["XRPD", "X-ray powder diffraction"],
  ["SAXS", "small-angle X-ray scattering"],
  ["CT", "computed tomography"],
  ["MX", "macromolecular crystallography"],
  ["DCT", "diffraction contrast tomography"],
  ["CDI", "coherent diffraction imaging"],
  ["BioSAXS", "biological small-angle X-ray scattering"],
].map(([name = "", description = ""], index) => ({ id: index + 1, pid: `https://w3id.org/PaN/ESRFET#${name}`, name, description }));

// Written by tooling/generate/icat-definitions.mjs from esrf_ontologies 2.1.0 (MIT). Do not edit.

/** Version of the ontology ESRFET. */
export const ontologyVersion = "0.1.0";

/** Ending of the identifier, then the names; the first is the one that is sent. */
export const techniqueTable = `3DXRD|3DXRD|3D X-ray Diffraction
ARPES|ARPES|Angle-Resolved Photoemission Spectroscopy
BCDI|BCDI|Bragg Coherent Diffraction Imaging
BioSAXS|BioSAXS
CDI|CDI|Coherent Diffraction Imaging|CXD|CXDI|Coherent X-ray Diffraction|Coherent X-ray Diffraction Imaging
CMS|CMS|Conventional Mössbauer Spectroscopy
CRYO-EM|CRYO-EM|Cryo-Electron Microscopy
CRYO-ET|CRYO-ET|Cryo-Electron Tomography
CT|CT|Computed Tomography
CXDI|CXDI|Coherent X-ray Diffraction Imaging
DAFS|DAFS|Diffraction Anomalous Fine Structure
DCT|DCT|Diffraction Contrast Tomography
DFXM|DFXM|Dark-Field X-ray Microscopy
ED-EXAFS|ED-EXAFS|Energy Dispersive Extended X-ray Absorption Fine Structure
ED-XANES|ED-XANES|Energy Dispersive X-ray Absorption Near Edge Structure
ED-XAS|ED-XAS|Energy Dispersive X-ray Absorption Spectroscopy
ED-XRD|ED-XRD|Energy Dispersive X-ray Diffraction
ED-XRF|ED-XRF|Energy Dispersive X-ray Fluorescence Spectroscopy
ED-XRPD|ED-XRPD|Energy Dispersive X-ray Powder Diffraction
EDS|EDS|Energy Dispersive X-ray Spectroscopy
EM|EM|Electron Microscopy
EXAFS|EXAFS|Extended X-ray Absorption Fine Structure
FF-EXAFS|FF-EXAFS|Full-Field Extended X-ray Absorption Fine Structure Imaging
FF-XANES|FF-XANES|Full‑Field X-ray Absorption Near Edge Structure Imaging
FF-XAS|FF-XAS|Full-Field X-ray Absorption Spectroscopy Imaging
FF-XRF|FF-XRF|Full-Field X-ray Fluorescence Imaging
FS-EXAFS|FS-EXAFS|Full-Spectral Extended X-ray Absorption Fine Structure Imaging
FS‑XANES|FS-XANES|Full‑Spectral X-ray Absorption Near Edge Structure Imaging
FS-XAS|FS-XAS|Full-Spectral X-ray Absorption Spectroscopy Imaging
FTIR|FTIR|Fourier Transform Infrared Spectroscopy
GISAXS|GISAXS|Grazing Incidence Small Angle X-ray Scattering
GIWAXS|GIWAXS|Grazing Incidence Wide Angle X-ray Scattering
GIXRD|GIXRD|Grazing Incidence X-ray Diffraction
HAXPES|HAXPES|Hard X-ray Photoelectron Spectroscopy
HERFD-XAS|HERFD-XAS|High-Energy Resolution Fluorescence Detected X-ray Absorption Spectroscopy|HERFD
HP-XRD|HP-XRD|High-Pressure X-ray Diffraction
HR-XRPD|HR-XRPD|High-Resolution X-ray Powder Diffraction
HT-XRD|HT-XRD|High-Temperature X-ray Diffraction
HiP-CT|HiP-CT|Hierarchical Phase-Contrast Tomography
IXS|IXS|Inelastic X-ray Scattering
KES|KES|K-edge Subtraction Imaging
KESCT|KESCT|K-edge Subtraction Tomography
LDDS-XAS|LDDC-XAS|Laser-Driven Dynamic Compression X-ray Absorption Spectroscopy
LDSC-XAS|LDSC-XAS|Laser-Driven Shock Compression X-ray Absorption Spectroscopy
MACRO-XRF|MACRO-XRF|Scanning Macro X-ray fluorescence|MA-XRF|Macro-XRF
MAD|MAD|Multi-wavelength Anomalous Dispersion
MBS|MBS|Mössbauer Spectroscopy
MICRO-XRD|MICRO-XRD|Scanning Micro X-ray Diffraction|Micro-XRD|μ-XRD
MICRO-XRF|MICRO-XRF|Scanning Micro X-ray fluorescence|Micro-XRF|μ-XRF
MPES|MPES|Momentum-Resolved Photoemission Spectroscopy
MRT|MRT|Microbeam Radiation Therapy
MX|MX|Macromolecular Crystallography
NANO-XRD|NANO-XRD|Scanning Nano X-ray diffraction|Nano-XRD|nXRD
NANO-XRF|NANO-XRF|Scanning Nano X-ray fluorescence|Nano-XRF|n-XRF
NFP|NFP|Near-Field Ptychography
NFS|NFS|Nuclear Forward Scattering
NR-XMLD|NR-XMLD|Non-Reciprocal X-ray Magnetic Linear Dichroism
NRIXS|NRIXS|Nuclear Resonant Inelastic X-ray Scattering
NRS|NRS|Nuclear Resonant Scattering
PB-XPCI|PB-XPCI|Propagation-Based X-ray Phase-Contrast Imaging
PB-XPCT|PB-XPCT|Propagation-based X-ray Phase-Contrast Tomography
PCI|PCI|Phase-Contrast X-ray Imaging
PDF|PDF|Pair Distribution Function
PFY-XAS|PFY-XAS|Partial Fluorescence Yield X-ray Absorption Spectroscopy
PIXE|PIXE|Particle Induced X-ray Emission
PTYCHO|PTYCHO|Ptychography
PXCT|PXCT|Ptychographic X-ray Computed Tomography
REXS|REXS|Resonant Elastic X-ray Scattering
RIXS|RIXS|Resonant Inelastic X-ray Scattering
RXES|RXES|Resonant X-ray Emission Spectroscopy
S-XEOL|S-XEOL|X-ray Excited Optical Luminescence
S-XRD|S-XRD|Scanning X-ray Diffraction|SXDM|SXRD|Scanning X-ray Diffraction Microscopy
S-XRF|S-XRF|Scanning X-ray Fluorescence
SAD|SAD|Single-wavelength Anomalous Diffraction
SAXS|SAXS|Small-Angle X-ray Scattering
SCXRD|SCXRD|Single Crystal X-ray Diffraction|SC-XRD|SCD|SXRD
SIXES|SIXES|Selectively Induced X-ray Emission Spectroscopy
SMS|SMS|Synchrotron Mössbauer Spectroscopy
SMX|SMX|Serial Macromolecular Crystallography
SSX|SSX|Serial Synchrotron Crystallography
STXM|STXM|Scanning Transmission X-ray Microscopy
TEM|TEM|Transmission Electron Microscopy
TFY-XAS|TFY-XAS|Total Fluorescence Yield X-ray Absorption Spectroscopy
TR-MX|TR-MX|Time-Resolved Macromolecular Crystallography
TR-USAXS|TR-USAXS|Time Resolved Ultra-Small Angle X-ray Scattering
TR-XRD|TR-XRD|Time Resolved X-ray Diffraction
TR-XSS|TR-XSS|Time-Resolved X-ray solution scattering
TR‑SSX|TR‑SSX|Time-Resolved Serial Synchrotron Crystallography
TXRF|TXRF|Total Reflection X-ray Fluorescence
USA-XPCS|USA-XPCS|Ultra-Small Angle X-ray Photon Correlation Spectroscopy
USAXS|USAXS|Ultra-Small Angle X-ray Scattering
VLM|VLM|Visible Light Microscopy
WAXS|WAXS|Wide-angle X-ray Scattering
WDS|WDS|Wavelength Dispersive X-ray Spectroscopy
XACT|XACT|X-ray Absorption Tomography
XANES|XANES|X-ray Absorption Near Edge Structure
XAPCT|XAPCT|X-ray Analyzer-Based Phase-Contrast Tomography
XAS|XAS|X-ray Absorption Spectroscopy
XBH|XBH|X-ray Bragg Holography
XCL|XCL|X-ray Computed Laminography
XDMR|XDMR|X-ray Detected Magnetic Resonance
XDS|XDS|X-ray Diffuse Scattering
XEOL|XEOL|X-ray Excited Optical Luminescence
XES|XES|X-ray Emission Spectroscopy
XFCT|XFCT|X-ray Fluorescence Tomography
XFH|XFH|X-ray Fluorescence Holography
XGI|XGI|X-ray Ghost Imaging
XGPCT|XGPCT|X-ray Grating Phase-Contrast Tomography
XHT|XHT|X-ray HoloTomography
XLD|XLD|X-ray Linear Dichroism
XMCD|XMCD|X-ray Magnetic Circular Dichroism
XMLD|XMLD|X-ray Magnetic Linear Dichroism
XMχD|XMχD|X-ray MagnetoChiral Dichroism
XNCD|XNCD|X-ray Natural Circular Dichroism
XNHT|XNHT|X-ray Nano-HoloTomography
XPCI|XPCI|X-ray Phase-Contrast Imaging|PCXI|Phase-Contrast X-ray Imaging
XPCS|XPCS|X-ray Photon Correlation Spectroscopy
XPCT|XPCT|Phase-Contrast Tomography
XPS|XPS|X-ray Photoelectron Spectroscopy
XRAYS|XRAYS|X-ray Radiation Technique
XRCT|XRCT|X-ray Computed Tomography
XRD|XRD|X-ray Diffraction
XRF|XRF|X-ray Fluorescence Spectroscopy
XRPD|XRPD|X-ray Powder Diffraction
XRR|XRR|X-ray Reflectometry|X-ray reflectivity|X-ray specular reflectivity
XRS|XRS|X-ray Raman Scattering
XRT|XRT|X-ray Topography|X-ray Diffraction Topography|XDT
XSPCI|XSPCI|X-ray Speckle Phase-Contrast Imaging
XSPCT|XSPCT|X-ray Speckle Phase-Contrast Tomography`;

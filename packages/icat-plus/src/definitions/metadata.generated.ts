// Written by tooling/generate/icat-definitions.mjs from icat_esrf_definitions 3.8.0 (MIT). Do not edit.

import type {
  BooleanValue,
  FloatValue,
  IntegerValue,
  NumbersValue,
  PairsValue,
  QuantitiesValue,
  QuantityValue,
  RecordsValue,
  TextValue,
  TimeValue,
  WordsValue,
} from "./values.ts";

/** The 1261 fields that a dataset may have. null and undefined are not sent. */
export interface IcatMetadata {
  /** Required; an argument of the call sets it too. */
  readonly datasetName?: TextValue | null;
  readonly scanNumber?: IntegerValue | null;
  readonly scan_description?: TextValue | null;
  /** Required; an argument of the call sets it too. */
  readonly proposal?: TextValue | null;
  readonly scanType?: TextValue | null;
  /** Required; an argument of the call sets it too. */
  readonly location?: TextValue | null;
  /** List of text. */
  readonly input_datasets?: WordsValue | null;
  /** @default now */
  readonly startDate?: TimeValue | null;
  /** @default now */
  readonly endDate?: TimeValue | null;
  readonly actualInstrument?: TextValue | null;
  readonly actualStartDate?: TimeValue | null;
  readonly actualEndDate?: TimeValue | null;
  /** List of text. */
  readonly definition?: WordsValue | null;
  /** List of text. */
  readonly technique_pid?: WordsValue | null;
  readonly technique_pid_esrfet_version?: TextValue | null;
  /** List of enumerated text. */
  readonly content_schemas?: WordsValue | null;
  /** At least 400 characters. */
  readonly DOI_abstract?: TextValue | null;
  /** At least 40 characters. */
  readonly DOI_title?: TextValue | null;
  /** List of text lists. */
  readonly DOI_users?: RecordsValue | null;
  /** List of text. */
  readonly DOI_rights?: WordsValue | null;
  readonly DOI_citationPublicationDOI?: TextValue | null;
  /** List of text. */
  readonly DOI_keywords?: WordsValue | null;
  /** List of text. */
  readonly DOI_referenceURLs?: WordsValue | null;
  readonly Project_name?: TextValue | null;
  /** @default the name of this host */
  readonly machine?: TextValue | null;
  /** @default this package */
  readonly software?: TextValue | null;
  /** List of text. */
  readonly group_by?: WordsValue | null;
  /** @default true */
  readonly complete?: BooleanValue | null;
  readonly investigationId?: IntegerValue | null;
  /** Required. */
  readonly Sample_name?: TextValue | null;
  readonly Sample_description?: TextValue | null;
  /** In mm. */
  readonly Sample_distance?: QuantityValue | null;
  readonly Sample_support?: TextValue | null;
  readonly Sample_notes?: TextValue | null;
  /** List of text. */
  readonly SamplePositioners_name?: WordsValue | null;
  /** List of text. */
  readonly SamplePositioners_value?: WordsValue | null;
  readonly SampleProtein_acronym?: TextValue | null;
  readonly SampleProtein_name?: TextValue | null;
  readonly SampleChanger_position?: TextValue | null;
  readonly SampleChanger_name?: TextValue | null;
  readonly SamplePatient_institute?: TextValue | null;
  readonly SamplePatient_number?: IntegerValue | null;
  /** In a. */
  readonly SamplePatient_age?: QuantityValue | null;
  readonly SamplePatient_sex?: TextValue | null;
  /** In kg. */
  readonly SamplePatient_weight?: QuantityValue | null;
  /** In cm. */
  readonly SamplePatient_size?: QuantityValue | null;
  readonly SamplePatient_info?: TextValue | null;
  readonly SamplePatient_organ_name?: TextValue | null;
  readonly SamplePatient_organ_description?: TextValue | null;
  readonly SampleEnvironment_name?: TextValue | null;
  readonly SampleEnvironment_type?: TextValue | null;
  readonly SampleEnvironment_description?: TextValue | null;
  /** List of text. */
  readonly SampleEnvironmentSensors_name?: WordsValue | null;
  /** List of text. */
  readonly SampleEnvironmentSensors_value?: WordsValue | null;
  readonly SampleTrackingShipment_id?: TextValue | null;
  readonly SampleTrackingShipment_name?: TextValue | null;
  readonly SampleTrackingParcel_id?: TextValue | null;
  readonly SampleTrackingParcel_name?: TextValue | null;
  /** In °C. */
  readonly SampleTrackingParcel_storage_condition?: QuantityValue | null;
  readonly SampleTrackingContainer_type?: TextValue | null;
  readonly SampleTrackingContainer_capacity?: TextValue | null;
  readonly SampleTrackingContainer_position?: TextValue | null;
  readonly SampleTrackingContainer_id?: TextValue | null;
  readonly SampleTrackingContainer_name?: TextValue | null;
  readonly SampleLocalisation_name?: TextValue | null;
  readonly SampleLocalisation_country?: TextValue | null;
  readonly SampleLocalisation_continental_region?: TextValue | null;
  /** @deprecated use Sample_subject */
  readonly SamplePaleo_scientific_domain?: TextValue | null;
  /** @deprecated use Sample_repository_institution */
  readonly SamplePaleo_repository_institution?: TextValue | null;
  /** @deprecated use Sample_collection_number */
  readonly SamplePaleo_collection_number?: TextValue | null;
  readonly SamplePaleoGeologicalTime_formation?: TextValue | null;
  readonly SamplePaleoGeologicalTime_era?: TextValue | null;
  readonly SamplePaleoGeologicalTime_period?: TextValue | null;
  readonly SamplePaleoGeologicalTime_epoch?: TextValue | null;
  readonly SamplePaleoClassification_species?: TextValue | null;
  readonly SamplePaleoClassification_material_type?: TextValue | null;
  readonly SamplePaleoClassification_clade1?: TextValue | null;
  readonly SamplePaleoClassification_clade2?: TextValue | null;
  readonly SamplePaleoClassification_clade3?: TextValue | null;
  readonly SamplePaleoClassification_clade4?: TextValue | null;
  readonly SamplePaleoClassification_clade5?: TextValue | null;
  readonly SamplePaleoClassification_clade6?: TextValue | null;
  readonly Sample_situation?: TextValue | null;
  readonly Sample_ub_matrix?: TextValue | null;
  readonly Sample_temperature_env?: TextValue | null;
  readonly Sample_chemical_formula?: TextValue | null;
  /** List of text. */
  readonly Sample_subject?: WordsValue | null;
  readonly Sample_repository_institution?: TextValue | null;
  readonly Sample_collection_number?: TextValue | null;
  readonly Sample_collection_year?: IntegerValue | null;
  readonly Sample_collection_period?: TextValue | null;
  readonly Sample_creator?: TextValue | null;
  readonly Sample_creator_role?: TextValue | null;
  /** List of text. */
  readonly Sample_categories?: WordsValue | null;
  /** In mm. */
  readonly Sample_thickness?: QuantityValue | null;
  readonly SampleSolvent01_chemical_formula?: TextValue | null;
  /** In g/cm³. */
  readonly SampleSolvent01_density?: QuantityValue | null;
  /** In μm. */
  readonly Fresnel_zone_plate_outer_diameter?: QuantityValue | null;
  /** In nm. */
  readonly Fresnel_zone_plate_outermost_zone_width?: QuantityValue | null;
  /** In μm. */
  readonly Fresnel_zone_plate_central_stop_diameter?: QuantityValue | null;
  readonly Fresnel_zone_plate_fabrication?: TextValue | null;
  /** In μm. */
  readonly Fresnel_zone_plate_zone_height?: QuantityValue | null;
  readonly Fresnel_zone_plate_zone_material?: TextValue | null;
  readonly Fresnel_zone_plate_zone_support_material?: TextValue | null;
  readonly Fresnel_zone_plate_central_stop_material?: TextValue | null;
  /** In μm. */
  readonly Fresnel_zone_plate_central_stop_thickness?: QuantityValue | null;
  readonly Fresnel_zone_plate_support_membrane_material?: TextValue | null;
  /** In mm. */
  readonly Fresnel_zone_plate_distance?: QuantityValue | null;
  readonly Fresnel_zone_plate_component_index?: FloatValue | null;
  readonly Aperture_description?: TextValue | null;
  readonly Aperture_material?: TextValue | null;
  readonly ApertureGeometry_vertical?: TextValue | null;
  readonly ApertureGeometry_horizontal?: TextValue | null;
  readonly ApertureGeometry_transformation?: TextValue | null;
  /** In m. */
  readonly ApertureGeometry_distance?: QuantityValue | null;
  readonly ApertureGeometry_component_index?: IntegerValue | null;
  readonly Mirror_type?: "single" | "multi" | (string & {}) | null;
  readonly Mirror_description?: TextValue | null;
  readonly Mirror_interior_atmosphere?: "vacuum" | "helium" | "argon" | (string & {}) | null;
  readonly Mirror_substrate_material?: TextValue | null;
  readonly Mirror_coating_material?: TextValue | null;
  readonly MirrorGeometry_vertical?: TextValue | null;
  readonly MirrorGeometry_horizontal?: TextValue | null;
  readonly MirrorGeometry_transformation?: TextValue | null;
  /** In m. */
  readonly MirrorGeometry_distance?: QuantityValue | null;
  readonly MirrorGeometry_component_index?: IntegerValue | null;
  readonly beamlineID?: TextValue | null;
  /** List of text. */
  readonly InstrumentVariables_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentVariables_value?: WordsValue | null;
  /** List of text. */
  readonly InstrumentPositioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentPositioners_value?: WordsValue | null;
  /** In m. */
  readonly InstrumentBeam_distance?: QuantityValue | null;
  /** In keV. */
  readonly InstrumentBeam_incident_energy?: QuantitiesValue | null;
  /** In keV. */
  readonly InstrumentBeam_final_energy?: QuantityValue | null;
  /** In keV. */
  readonly InstrumentBeam_energy_transfer?: QuantityValue | null;
  /** In Å. */
  readonly InstrumentBeam_incident_wavelength?: QuantitiesValue | null;
  /** List of floats. */
  readonly InstrumentBeam_incident_wavelength_weights?: NumbersValue | null;
  /** In Å. */
  readonly InstrumentBeam_incident_wavelength_spread?: QuantitiesValue | null;
  /** In Å. */
  readonly InstrumentBeam_final_wavelength?: QuantityValue | null;
  /** In Å. */
  readonly InstrumentBeam_final_wavelength_spread?: QuantityValue | null;
  /** In mrad. */
  readonly InstrumentBeam_incident_beam_divergence?: QuantityValue | null;
  /** In mrad. */
  readonly InstrumentBeam_horizontal_incident_beam_divergence?: QuantityValue | null;
  /** In mrad. */
  readonly InstrumentBeam_vertical_incident_beam_divergence?: QuantityValue | null;
  /** In mrad. */
  readonly InstrumentBeam_final_beam_divergence?: QuantityValue | null;
  /** In m. */
  readonly InstrumentBeam_extent?: QuantityValue | null;
  /** In photons/s. */
  readonly InstrumentBeam_flux?: QuantityValue | null;
  readonly InstrumentBeam_incident_polarization?: FloatValue | null;
  readonly InstrumentBeam_final_polarization?: FloatValue | null;
  readonly InstrumentBeam_incident_polarization_stokes?: FloatValue | null;
  readonly InstrumentBeam_final_polarization_stokes?: FloatValue | null;
  readonly InstrumentMonochromator_name?: TextValue | null;
  /** In keV. */
  readonly InstrumentMonochromator_energy?: QuantityValue | null;
  /** In Å. */
  readonly InstrumentMonochromator_wavelength?: QuantityValue | null;
  readonly InstrumentMonochromatorCrystal_usage?: TextValue | null;
  readonly InstrumentMonochromatorCrystal_d_spacing?: TextValue | null;
  readonly InstrumentMonochromatorCrystal_type?: TextValue | null;
  readonly InstrumentMonochromatorCrystal_reflection?: TextValue | null;
  readonly InstrumentSource_mode?: TextValue | null;
  /** In mA. */
  readonly InstrumentSource_current?: QuantityValue | null;
  /** In mA. */
  readonly Source_current_start?: QuantityValue | null;
  /** In mA. */
  readonly InstrumentSource_current_end?: QuantityValue | null;
  /** In m. */
  readonly InstrumentSource_distance?: QuantityValue | null;
  readonly InstrumentSource_name?: TextValue | null;
  readonly InstrumentSource_type?: TextValue | null;
  readonly InstrumentSource_probe?: TextValue | null;
  /** In nm·rad. */
  readonly InstrumentSource_emittance_x?: QuantityValue | null;
  /** In nm·rad. */
  readonly InstrumentSource_emittance_y?: QuantityValue | null;
  readonly InstrumentLaser01_name?: TextValue | null;
  readonly InstrumentLaser01_type?: TextValue | null;
  readonly InstrumentLaser01_probe?: TextValue | null;
  /** In J. */
  readonly InstrumentLaser01_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentLaser01_wavelength?: QuantityValue | null;
  /** In Hz. */
  readonly InstrumentLaser01_repetition_rate?: QuantityValue | null;
  /** In s. */
  readonly InstrumentLaser01_pulse_width?: QuantityValue | null;
  /** In s. */
  readonly InstrumentLaser01_delay?: QuantityValue | null;
  readonly InstrumentLaser02_name?: TextValue | null;
  readonly InstrumentLaser02_type?: TextValue | null;
  readonly InstrumentLaser02_probe?: TextValue | null;
  /** In J. */
  readonly InstrumentLaser02_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentLaser02_wavelength?: QuantityValue | null;
  /** In Hz. */
  readonly InstrumentLaser02_repetition_rate?: QuantityValue | null;
  /** In s. */
  readonly InstrumentLaser02_pulse_width?: QuantityValue | null;
  /** In s. */
  readonly InstrumentLaser02_delay?: QuantityValue | null;
  readonly InstrumentSlitPrimary_name?: TextValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_vertical_gap?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_vertical_offset?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_horizontal_gap?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_horizontal_offset?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_blade_up?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_blade_down?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_blade_front?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitPrimary_blade_back?: NumbersValue | null;
  readonly InstrumentSlitSecondary_name?: TextValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_vertical_gap?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_vertical_offset?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_horizontal_gap?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_horizontal_offset?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_blade_up?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_blade_down?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_blade_front?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlitSecondary_blade_back?: NumbersValue | null;
  /** List of text. */
  readonly InstrumentSlits_name?: WordsValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_vertical_gap?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_vertical_offset?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_horizontal_gap?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_horizontal_offset?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_blade_up?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_blade_down?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_blade_front?: NumbersValue | null;
  /** List of motor positions. */
  readonly InstrumentSlits_blade_back?: NumbersValue | null;
  readonly InstrumentXraylens01_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens01_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens01_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens01_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens01_curvature?: TextValue | null;
  readonly InstrumentXraylens01_aperture?: TextValue | null;
  readonly InstrumentXraylens01_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens01_lens_material?: TextValue | null;
  readonly InstrumentXraylens02_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens02_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens02_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens02_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens02_curvature?: TextValue | null;
  readonly InstrumentXraylens02_aperture?: TextValue | null;
  readonly InstrumentXraylens02_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens02_lens_material?: TextValue | null;
  readonly InstrumentXraylens03_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens03_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens03_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens03_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens03_curvature?: TextValue | null;
  readonly InstrumentXraylens03_aperture?: TextValue | null;
  readonly InstrumentXraylens03_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens03_lens_material?: TextValue | null;
  readonly InstrumentXraylens04_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens04_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens04_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens04_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens04_curvature?: TextValue | null;
  readonly InstrumentXraylens04_aperture?: TextValue | null;
  readonly InstrumentXraylens04_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens04_lens_material?: TextValue | null;
  readonly InstrumentXraylens05_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens05_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens05_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens05_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens05_curvature?: TextValue | null;
  readonly InstrumentXraylens05_aperture?: TextValue | null;
  readonly InstrumentXraylens05_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens05_lens_material?: TextValue | null;
  readonly InstrumentXraylens06_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens06_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens06_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens06_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens06_curvature?: TextValue | null;
  readonly InstrumentXraylens06_aperture?: TextValue | null;
  readonly InstrumentXraylens06_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens06_lens_material?: TextValue | null;
  readonly InstrumentXraylens07_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens07_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens07_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens07_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens07_curvature?: TextValue | null;
  readonly InstrumentXraylens07_aperture?: TextValue | null;
  readonly InstrumentXraylens07_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens07_lens_material?: TextValue | null;
  readonly InstrumentXraylens08_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens08_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens08_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens08_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens08_curvature?: TextValue | null;
  readonly InstrumentXraylens08_aperture?: TextValue | null;
  readonly InstrumentXraylens08_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens08_lens_material?: TextValue | null;
  readonly InstrumentXraylens09_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens09_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens09_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens09_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens09_curvature?: TextValue | null;
  readonly InstrumentXraylens09_aperture?: TextValue | null;
  readonly InstrumentXraylens09_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens09_lens_material?: TextValue | null;
  readonly InstrumentXraylens10_lens_geometry?: TextValue | null;
  readonly InstrumentXraylens10_focus_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentXraylens10_lens_thickness?: QuantityValue | null;
  /** In mm. */
  readonly InstrumentXraylens10_lens_length?: QuantityValue | null;
  readonly InstrumentXraylens10_curvature?: TextValue | null;
  readonly InstrumentXraylens10_aperture?: TextValue | null;
  readonly InstrumentXraylens10_number_of_lenses?: IntegerValue | null;
  readonly InstrumentXraylens10_lens_material?: TextValue | null;
  readonly InstrumentAttenuator01_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator01_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator01_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator01_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator01Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator01Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator01_description?: TextValue | null;
  readonly InstrumentAttenuator02_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator02_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator02_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator02_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator02Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator02Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator03_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator03_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator03_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator03_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator03Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator03Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator04_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator04_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator04_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator04_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator04Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator04Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator05_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator05_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator05_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator05_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator05Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator05Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator06_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator06_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator06_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator06_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator06Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator06Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator07_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator07_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator07_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator07_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator07Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator07Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator08_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator08_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator08_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator08_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator08Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator08Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator09_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator09_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator09_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator09_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator09Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator09Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator10_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator10_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator10_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator10_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator10Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator10Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator11_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator11_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator11_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator11_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator11Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator11Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator12_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator12_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator12_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator12_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator12Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator12Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator13_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator13_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator13_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator13_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator13Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator13Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator14_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator14_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator14_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator14_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator14Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator14Positioners_value?: WordsValue | null;
  readonly InstrumentAttenuator15_type?: TextValue | null;
  /** In mm. */
  readonly InstrumentAttenuator15_thickness?: QuantityValue | null;
  readonly InstrumentAttenuator15_status?: TextValue | null;
  /** In m. */
  readonly InstrumentAttenuator15_distance?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentAttenuator15Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentAttenuator15Positioners_value?: WordsValue | null;
  /** List of text. */
  readonly InstrumentInsertionDevice_gap_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentInsertionDevice_gap_value?: WordsValue | null;
  /** List of text. */
  readonly InstrumentInsertionDevice_taper_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentInsertionDevice_taper_value?: WordsValue | null;
  /** List of text. */
  readonly InstrumentOpticsPositioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentOpticsPositioners_value?: WordsValue | null;
  /** List of text. */
  readonly InstrumentEnvironmentSensors_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentEnvironmentSensors_value?: WordsValue | null;
  /** In K. */
  readonly InstrumentCryostat01_value?: QuantityValue | null;
  readonly InstrumentDetector01_name?: TextValue | null;
  readonly InstrumentDetector01_type?: TextValue | null;
  readonly InstrumentDetector01_manufacturer?: TextValue | null;
  readonly InstrumentDetector01_model?: TextValue | null;
  readonly InstrumentDetector01_preset_time?: FloatValue | null;
  readonly InstrumentDetector01_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector01_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector01_calibration?: TextValue | null;
  readonly InstrumentDetector01_description?: TextValue | null;
  readonly InstrumentDetector01_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector01_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector01_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector01_calibration_date?: TextValue | null;
  readonly InstrumentDetector01_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector01_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector01_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector01_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector01_pixel_mask?: TextValue | null;
  readonly InstrumentDetector01_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector01_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector01_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector01_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector01_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector01_sensor_material?: TextValue | null;
  readonly InstrumentDetector01_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector01_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector01_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector01Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector01Positioners_value?: WordsValue | null;
  readonly InstrumentDetector01Rois_name?: TextValue | null;
  readonly InstrumentDetector01Rois_value?: PairsValue | null;
  readonly InstrumentDetector01_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector02_name?: TextValue | null;
  readonly InstrumentDetector02_type?: TextValue | null;
  readonly InstrumentDetector02_manufacturer?: TextValue | null;
  readonly InstrumentDetector02_model?: TextValue | null;
  readonly InstrumentDetector02_preset_time?: FloatValue | null;
  readonly InstrumentDetector02_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector02_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector02_calibration?: TextValue | null;
  readonly InstrumentDetector02_description?: TextValue | null;
  readonly InstrumentDetector02_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector02_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector02_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector02_calibration_date?: TextValue | null;
  readonly InstrumentDetector02_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector02_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector02_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector02_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector02_pixel_mask?: TextValue | null;
  readonly InstrumentDetector02_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector02_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector02_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector02_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector02_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector02_sensor_material?: TextValue | null;
  readonly InstrumentDetector02_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector02_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector02_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector02Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector02Positioners_value?: WordsValue | null;
  readonly InstrumentDetector02Rois_name?: TextValue | null;
  readonly InstrumentDetector02Rois_value?: PairsValue | null;
  readonly InstrumentDetector02_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector03_name?: TextValue | null;
  readonly InstrumentDetector03_type?: TextValue | null;
  readonly InstrumentDetector03_manufacturer?: TextValue | null;
  readonly InstrumentDetector03_model?: TextValue | null;
  readonly InstrumentDetector03_preset_time?: FloatValue | null;
  readonly InstrumentDetector03_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector03_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector03_calibration?: TextValue | null;
  readonly InstrumentDetector03_description?: TextValue | null;
  readonly InstrumentDetector03_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector03_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector03_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector03_calibration_date?: TextValue | null;
  readonly InstrumentDetector03_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector03_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector03_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector03_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector03_pixel_mask?: TextValue | null;
  readonly InstrumentDetector03_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector03_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector03_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector03_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector03_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector03_sensor_material?: TextValue | null;
  readonly InstrumentDetector03_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector03_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector03_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector03Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector03Positioners_value?: WordsValue | null;
  readonly InstrumentDetector03Rois_name?: TextValue | null;
  readonly InstrumentDetector03Rois_value?: PairsValue | null;
  readonly InstrumentDetector03_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector04_name?: TextValue | null;
  readonly InstrumentDetector04_type?: TextValue | null;
  readonly InstrumentDetector04_manufacturer?: TextValue | null;
  readonly InstrumentDetector04_model?: TextValue | null;
  readonly InstrumentDetector04_preset_time?: FloatValue | null;
  readonly InstrumentDetector04_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector04_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector04_calibration?: TextValue | null;
  readonly InstrumentDetector04_description?: TextValue | null;
  readonly InstrumentDetector04_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector04_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector04_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector04_calibration_date?: TextValue | null;
  readonly InstrumentDetector04_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector04_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector04_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector04_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector04_pixel_mask?: TextValue | null;
  readonly InstrumentDetector04_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector04_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector04_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector04_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector04_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector04_sensor_material?: TextValue | null;
  readonly InstrumentDetector04_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector04_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector04_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector04Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector04Positioners_value?: WordsValue | null;
  readonly InstrumentDetector04Rois_name?: TextValue | null;
  readonly InstrumentDetector04Rois_value?: PairsValue | null;
  readonly InstrumentDetector04_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector05_name?: TextValue | null;
  readonly InstrumentDetector05_type?: TextValue | null;
  readonly InstrumentDetector05_manufacturer?: TextValue | null;
  readonly InstrumentDetector05_model?: TextValue | null;
  readonly InstrumentDetector05_preset_time?: FloatValue | null;
  readonly InstrumentDetector05_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector05_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector05_calibration?: TextValue | null;
  readonly InstrumentDetector05_description?: TextValue | null;
  readonly InstrumentDetector05_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector05_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector05_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector05_calibration_date?: TextValue | null;
  readonly InstrumentDetector05_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector05_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector05_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector05_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector05_pixel_mask?: TextValue | null;
  readonly InstrumentDetector05_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector05_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector05_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector05_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector05_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector05_sensor_material?: TextValue | null;
  readonly InstrumentDetector05_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector05_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector05_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector05Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector05Positioners_value?: WordsValue | null;
  readonly InstrumentDetector05Rois_name?: TextValue | null;
  readonly InstrumentDetector05Rois_value?: PairsValue | null;
  readonly InstrumentDetector05_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector06_name?: TextValue | null;
  readonly InstrumentDetector06_type?: TextValue | null;
  readonly InstrumentDetector06_manufacturer?: TextValue | null;
  readonly InstrumentDetector06_model?: TextValue | null;
  readonly InstrumentDetector06_preset_time?: FloatValue | null;
  readonly InstrumentDetector06_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector06_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector06_calibration?: TextValue | null;
  readonly InstrumentDetector06_description?: TextValue | null;
  readonly InstrumentDetector06_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector06_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector06_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector06_calibration_date?: TextValue | null;
  readonly InstrumentDetector06_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector06_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector06_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector06_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector06_pixel_mask?: TextValue | null;
  readonly InstrumentDetector06_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector06_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector06_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector06_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector06_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector06_sensor_material?: TextValue | null;
  readonly InstrumentDetector06_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector06_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector06_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector06Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector06Positioners_value?: WordsValue | null;
  readonly InstrumentDetector06Rois_name?: TextValue | null;
  readonly InstrumentDetector06Rois_value?: PairsValue | null;
  readonly InstrumentDetector06_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector07_name?: TextValue | null;
  readonly InstrumentDetector07_type?: TextValue | null;
  readonly InstrumentDetector07_manufacturer?: TextValue | null;
  readonly InstrumentDetector07_model?: TextValue | null;
  readonly InstrumentDetector07_preset_time?: FloatValue | null;
  readonly InstrumentDetector07_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector07_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector07_calibration?: TextValue | null;
  readonly InstrumentDetector07_description?: TextValue | null;
  readonly InstrumentDetector07_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector07_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector07_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector07_calibration_date?: TextValue | null;
  readonly InstrumentDetector07_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector07_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector07_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector07_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector07_pixel_mask?: TextValue | null;
  readonly InstrumentDetector07_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector07_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector07_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector07_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector07_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector07_sensor_material?: TextValue | null;
  readonly InstrumentDetector07_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector07_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector07_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector07Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector07Positioners_value?: WordsValue | null;
  readonly InstrumentDetector07Rois_name?: TextValue | null;
  readonly InstrumentDetector07Rois_value?: PairsValue | null;
  readonly InstrumentDetector07_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector08_name?: TextValue | null;
  readonly InstrumentDetector08_type?: TextValue | null;
  readonly InstrumentDetector08_manufacturer?: TextValue | null;
  readonly InstrumentDetector08_model?: TextValue | null;
  readonly InstrumentDetector08_preset_time?: FloatValue | null;
  readonly InstrumentDetector08_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector08_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector08_calibration?: TextValue | null;
  readonly InstrumentDetector08_description?: TextValue | null;
  readonly InstrumentDetector08_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector08_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector08_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector08_calibration_date?: TextValue | null;
  readonly InstrumentDetector08_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector08_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector08_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector08_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector08_pixel_mask?: TextValue | null;
  readonly InstrumentDetector08_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector08_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector08_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector08_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector08_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector08_sensor_material?: TextValue | null;
  readonly InstrumentDetector08_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector08_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector08_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector08Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector08Positioners_value?: WordsValue | null;
  readonly InstrumentDetector08Rois_name?: TextValue | null;
  readonly InstrumentDetector08Rois_value?: PairsValue | null;
  readonly InstrumentDetector08_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector09_name?: TextValue | null;
  readonly InstrumentDetector09_type?: TextValue | null;
  readonly InstrumentDetector09_manufacturer?: TextValue | null;
  readonly InstrumentDetector09_model?: TextValue | null;
  readonly InstrumentDetector09_preset_time?: FloatValue | null;
  readonly InstrumentDetector09_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector09_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector09_calibration?: TextValue | null;
  readonly InstrumentDetector09_description?: TextValue | null;
  readonly InstrumentDetector09_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector09_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector09_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector09_calibration_date?: TextValue | null;
  readonly InstrumentDetector09_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector09_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector09_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector09_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector09_pixel_mask?: TextValue | null;
  readonly InstrumentDetector09_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector09_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector09_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector09_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector09_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector09_sensor_material?: TextValue | null;
  readonly InstrumentDetector09_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector09_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector09_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector09Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector09Positioners_value?: WordsValue | null;
  readonly InstrumentDetector09Rois_name?: TextValue | null;
  readonly InstrumentDetector09Rois_value?: PairsValue | null;
  readonly InstrumentDetector09_acquisition_mode?: TextValue | null;
  readonly InstrumentDetector10_name?: TextValue | null;
  readonly InstrumentDetector10_type?: TextValue | null;
  readonly InstrumentDetector10_manufacturer?: TextValue | null;
  readonly InstrumentDetector10_model?: TextValue | null;
  readonly InstrumentDetector10_preset_time?: FloatValue | null;
  readonly InstrumentDetector10_elapsed_live_time?: FloatValue | null;
  readonly InstrumentDetector10_elapsed_real_time?: FloatValue | null;
  readonly InstrumentDetector10_calibration?: TextValue | null;
  readonly InstrumentDetector10_description?: TextValue | null;
  readonly InstrumentDetector10_local_name?: TextValue | null;
  /** In μm. */
  readonly InstrumentDetector10_x_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly InstrumentDetector10_y_pixel_size?: QuantityValue | null;
  readonly InstrumentDetector10_calibration_date?: TextValue | null;
  readonly InstrumentDetector10_layout?: TextValue | null;
  /** In m. */
  readonly InstrumentDetector10_beam_center_x?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector10_beam_center_y?: QuantityValue | null;
  readonly InstrumentDetector10_flat_field_applied?: TextValue | null;
  readonly InstrumentDetector10_pixel_mask?: TextValue | null;
  readonly InstrumentDetector10_pixel_mask_applied?: TextValue | null;
  readonly InstrumentDetector10_countrate_correction_applied?: TextValue | null;
  readonly InstrumentDetector10_saturation_value?: IntegerValue | null;
  /** In keV. */
  readonly InstrumentDetector10_threshold_energy?: QuantityValue | null;
  /** In m. */
  readonly InstrumentDetector10_sensor_thickness?: QuantityValue | null;
  readonly InstrumentDetector10_sensor_material?: TextValue | null;
  readonly InstrumentDetector10_bit_depth_readout?: IntegerValue | null;
  /** In m. */
  readonly InstrumentDetector10_distance?: QuantityValue | null;
  /** In s. */
  readonly InstrumentDetector10_frame_time?: QuantityValue | null;
  /** List of text. */
  readonly InstrumentDetector10Positioners_name?: WordsValue | null;
  /** List of text. */
  readonly InstrumentDetector10Positioners_value?: WordsValue | null;
  readonly InstrumentDetector10Rois_name?: TextValue | null;
  readonly InstrumentDetector10Rois_value?: PairsValue | null;
  readonly InstrumentDetector10_acquisition_mode?: TextValue | null;
  readonly Notes_note_00?: TextValue | null;
  readonly Notes_note_01?: TextValue | null;
  readonly Notes_note_02?: TextValue | null;
  readonly Notes_note_03?: TextValue | null;
  readonly Notes_note_04?: TextValue | null;
  readonly Notes_note_05?: TextValue | null;
  readonly Notes_note_06?: TextValue | null;
  readonly Notes_note_07?: TextValue | null;
  readonly Notes_note_08?: TextValue | null;
  readonly Notes_note_09?: TextValue | null;
  readonly Process_program?: TextValue | null;
  readonly Process_sequence_index?: IntegerValue | null;
  readonly Process_version?: TextValue | null;
  readonly Process_note?: TextValue | null;
  readonly Process_triggering?: TextValue | null;
  readonly Compression_type?: "lossy" | "lossless" | (string & {}) | null;
  /** List of text. */
  readonly Compression_codec?: WordsValue | null;
  /** Above 0. */
  readonly Compression_target_compression_ratio?: FloatValue | null;
  /** List of text. */
  readonly Compression_scope?: WordsValue | null;
  readonly Workflow_name?: TextValue | null;
  readonly Workflow_id?: TextValue | null;
  readonly Workflow_type?: TextValue | null;
  readonly Workflow_status?: TextValue | null;
  readonly Workflow_note?: TextValue | null;
  readonly ExternalReferences_neuroglancer?: TextValue | null;
  readonly ExternalReferencesPublication_doi?: TextValue | null;
  readonly ExternalReferencesPublication_endnote?: TextValue | null;
  /** List of text. */
  readonly ExternalReferencesDatacollector_endnote?: WordsValue | null;
  /** In μm. */
  readonly BCDI_beamSizeVertical?: QuantityValue | null;
  /** In μm. */
  readonly BCDI_beamSizeHorizontal?: QuantityValue | null;
  readonly EM_protein_acronym?: TextValue | null;
  /** In kV. */
  readonly EM_voltage?: QuantityValue | null;
  readonly EM_magnification?: IntegerValue | null;
  readonly EM_images_count?: IntegerValue | null;
  /** In mm. */
  readonly EM_position_x?: QuantityValue | null;
  /** In mm. */
  readonly EM_position_y?: QuantityValue | null;
  /** In electrons/Å². */
  readonly EM_dose_initial?: QuantityValue | null;
  /** In electrons/Å². */
  readonly EM_dose_per_frame?: QuantityValue | null;
  /** In mm. */
  readonly EM_spherical_aberration?: QuantityValue | null;
  /** In %. */
  readonly EM_amplitude_contrast?: QuantityValue | null;
  /** In Å. */
  readonly EM_sampling_rate?: QuantityValue | null;
  /** In deg. */
  readonly EM_tilt_angle?: QuantityValue | null;
  readonly EM_grid_name?: TextValue | null;
  readonly EM_grid_square_name?: TextValue | null;
  readonly EM_total_movie_number?: IntegerValue | null;
  readonly EM_microscope_model?: TextValue | null;
  readonly EM_camera_model?: TextValue | null;
  readonly EM_energy_filter_model?: TextValue | null;
  /** In s. */
  readonly EM_exposure_time?: QuantityValue | null;
  /** In electrons/Å². */
  readonly EM_total_dose?: QuantityValue | null;
  readonly EM_energy_filter_on?: BooleanValue | null;
  /** In eV. */
  readonly EM_energy_filter_slit_width?: QuantityValue | null;
  /** In electrons/Å². */
  readonly EM_dose?: QuantityValue | null;
  /** In μm. */
  readonly EM_objective_aperture?: QuantityValue | null;
  readonly EMMotionCorrection_total_mrc_number?: IntegerValue | null;
  /** In pixel. */
  readonly EMMotionCorrection_total_motion?: QuantityValue | null;
  /** In pixel. */
  readonly EMMotionCorrection_average_motion?: QuantityValue | null;
  /** In pixel. */
  readonly EMMotionCorrection_max_motion?: QuantityValue | null;
  /** In electrons/Å². */
  readonly EMMotionCorrection_frame_dose?: QuantityValue | null;
  readonly EMMotionCorrection_frame_range?: TextValue | null;
  /** In electrons/Å². */
  readonly EMMotionCorrection_total_dose?: QuantityValue | null;
  readonly EMCTF_total_ctf_number?: IntegerValue | null;
  /** In Å. */
  readonly EMCTF_resolution_limit?: QuantityValue | null;
  readonly EMCTF_correlation?: FloatValue | null;
  /** In Å. */
  readonly EMCTF_defocus_u?: QuantityValue | null;
  /** In Å. */
  readonly EMCTF_defocus_v?: QuantityValue | null;
  /** In Å. */
  readonly EMCTF_avg_defocus?: QuantityValue | null;
  /** In Å. */
  readonly EMCTF_defocus_range?: QuantityValue | null;
  /** In deg. */
  readonly EMCTF_sample_tilt_azimuth?: QuantityValue | null;
  /** In Å². */
  readonly EMCTF_estimated_b_factor?: QuantityValue | null;
  /** In Å. */
  readonly EMCTF_ctf_fit_limit?: QuantityValue | null;
  /** In deg. */
  readonly EMCTF_angle?: QuantityValue | null;
  /** In Å. */
  readonly EMReconstruction3D_resolution?: QuantityValue | null;
  readonly EMReconstruction3D_particle_count?: IntegerValue | null;
  readonly EMReconstruction3D_n_iterations?: IntegerValue | null;
  /** In μm. */
  readonly FLUO_pixelSize?: QuantitiesValue | null;
  /** In s. */
  readonly FLUO_dwellTime?: QuantityValue | null;
  readonly FLUO_scanDim1?: FloatValue | null;
  readonly FLUO_scanDim2?: FloatValue | null;
  /** In μm. */
  readonly FLUO_scanRange1?: QuantityValue | null;
  /** In μm. */
  readonly FLUO_scanRange2?: QuantityValue | null;
  readonly FLUO_scanAxis1?: TextValue | null;
  readonly FLUO_scanAxis2?: TextValue | null;
  readonly FLUO_i0?: FloatValue | null;
  readonly FLUO_it?: FloatValue | null;
  readonly HOLO_N?: IntegerValue | null;
  /** In nm. */
  readonly HOLO_pixel_size?: QuantityValue | null;
  /** In mm. */
  readonly HOLO_sample_detector_distances?: QuantityValue | null;
  /** In mm. */
  readonly HOLO_source_sample_distances?: QuantityValue | null;
  /** In μm. @deprecated use HOLO_pixel_size */
  readonly HOLO_pixelSize?: QuantityValue | null;
  /** @deprecated use HOLO_sample_detector_distances */
  readonly HOLO_holoSampleDetectorDistances?: TextValue | null;
  /** @deprecated use HOLO_source_sample_distances */
  readonly HOLO_holoSourceSampleDistances?: TextValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im01_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im01_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im02_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im02_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im03_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im03_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im04_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_im04_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_ref01_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_ref02_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_ref02_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_ref03_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_ref03_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_ref04_num_end?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_ref04_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_dark_num_start?: FloatValue | null;
  /** @deprecated by the facility */
  readonly HOLO_dark_num_end?: FloatValue | null;
  /** In keV. */
  readonly HTXRPD_energy?: QuantityValue | null;
  /** In s. */
  readonly HTXRPD_exposureTime?: QuantityValue | null;
  /** In mm. */
  readonly HTXRPD_distance?: QuantityValue | null;
  readonly HTXRPD_sampleVibration?: FloatValue | null;
  readonly MRT_mscType?: TextValue | null;
  /** In Gy/mA/s. */
  readonly MRT_doseRate?: QuantityValue | null;
  readonly MRT_ctcMot?: TextValue | null;
  /** In μm. */
  readonly MRT_ctcSpacing?: QuantityValue | null;
  readonly MRT_ctcN?: IntegerValue | null;
  readonly MRT_crossMot?: TextValue | null;
  /** In deg. */
  readonly MRT_crossAngle?: QuantityValue | null;
  readonly MRT_crossN?: IntegerValue | null;
  readonly MRT_intlcdMot?: TextValue | null;
  /** In μm. */
  readonly MRT_intlcdOff?: QuantityValue | null;
  /** In mm. */
  readonly MRT_expoStart?: QuantityValue | null;
  /** In mm. */
  readonly MRT_expoStop?: QuantityValue | null;
  /** In mm/s. */
  readonly MRT_expoSpeed?: QuantityValue | null;
  readonly MRT_IC01?: FloatValue | null;
  readonly MRT_IC02?: FloatValue | null;
  readonly MRT_IC0MU1?: FloatValue | null;
  readonly MRT_IC0MU2?: FloatValue | null;
  readonly MRT_IONCH1?: FloatValue | null;
  readonly MRT_IONCH2?: FloatValue | null;
  /** In Gy. */
  readonly MRT_dose?: QuantityValue | null;
  /** In μm. */
  readonly MRT_beamHeight?: QuantityValue | null;
  /** In μm. */
  readonly MRT_beamSize?: QuantityValue | null;
  readonly MX_aperture?: TextValue | null;
  readonly MX_kappa_settings_id?: TextValue | null;
  readonly MX_beamShape?: TextValue | null;
  /** In mm. */
  readonly MX_beamSizeAtSampleX?: QuantityValue | null;
  /** In mm. */
  readonly MX_beamSizeAtSampleY?: QuantityValue | null;
  readonly MX_dataCollectionId?: TextValue | null;
  /** In mm. */
  readonly MX_detectorDistance?: QuantityValue | null;
  readonly MX_directory?: TextValue | null;
  /** In s. */
  readonly MX_exposureTime?: QuantityValue | null;
  /** In photons/s. */
  readonly MX_flux?: QuantityValue | null;
  /** In photons/s. */
  readonly MX_fluxEnd?: QuantityValue | null;
  readonly MX_motors_name?: TextValue | null;
  /** In mm. */
  readonly MX_motors_value?: QuantityValue | null;
  readonly MX_numberOfImages?: IntegerValue | null;
  /** In deg. */
  readonly MX_oscillationOverlap?: QuantityValue | null;
  /** In deg. */
  readonly MX_oscillationRange?: QuantityValue | null;
  /** In deg. */
  readonly MX_oscillationStart?: QuantityValue | null;
  /** In Å. */
  readonly MX_resolution?: QuantityValue | null;
  /** In Å. */
  readonly MX_resolution_at_corner?: QuantityValue | null;
  readonly MX_scanType?: TextValue | null;
  readonly MX_startImageNumber?: IntegerValue | null;
  readonly MX_template?: TextValue | null;
  /** In %. */
  readonly MX_transmission?: QuantityValue | null;
  /** In Å. */
  readonly MX_wavelength?: QuantityValue | null;
  /** In mm. */
  readonly MX_xBeam?: QuantityValue | null;
  /** In mm. */
  readonly MX_yBeam?: QuantityValue | null;
  readonly MX_rotation_axis?: TextValue | null;
  /** In deg. */
  readonly MX_axis_range?: QuantityValue | null;
  /** In deg. */
  readonly MX_axis_start?: QuantityValue | null;
  /** In deg. */
  readonly MX_axis_end?: QuantityValue | null;
  /** In Å. */
  readonly MXSAD_min_resolution?: QuantityValue | null;
  /** In Å. */
  readonly MXSAD_max_resolution?: QuantityValue | null;
  readonly MXSAD_enantiomorph?: TextValue | null;
  readonly MXSAD_space_group?: TextValue | null;
  readonly MXSAD_step?: TextValue | null;
  readonly MXSAD_solvent?: TextValue | null;
  readonly MXSAD_pseudo_free_cc?: TextValue | null;
  readonly MXSAD_cc_partial_model?: TextValue | null;
  readonly MXSAD_chain_count?: TextValue | null;
  readonly MXSAD_residues_count?: TextValue | null;
  readonly MXSAD_average_fragment_length?: TextValue | null;
  readonly MXSAD_PDB_file?: TextValue | null;
  readonly MXSAD_MTZ_file?: TextValue | null;
  readonly MXMR_step?: TextValue | null;
  readonly MXMR_space_group?: TextValue | null;
  readonly MXMR_min_resolution?: TextValue | null;
  readonly MXMR_max_resolution?: TextValue | null;
  readonly MXMRPhasing_source?: TextValue | null;
  readonly MXMRPhasing_search_model?: TextValue | null;
  readonly MXMRPhasing_space_group?: TextValue | null;
  readonly MXMRPhasing_number_of_search_models_found?: TextValue | null;
  readonly MXMRPhasing_best_RFZ?: TextValue | null;
  readonly MXMRPhasing_best_TFZ?: TextValue | null;
  readonly MXMRPhasing_LLG?: TextValue | null;
  readonly MXMRPhasing_monomer_form_count?: TextValue | null;
  readonly MXMRPhasing_RFZ_list?: TextValue | null;
  readonly MXMRPhasing_TFZ_list?: TextValue | null;
  readonly MXMRPhasing_PDB_file?: TextValue | null;
  readonly MXMRPhasing_MTZ_file?: TextValue | null;
  readonly MXMRPhasing_MAP_2FOFC?: TextValue | null;
  readonly MXMRPhasing_MAP_FOFC?: TextValue | null;
  readonly MXMRRefinement_R_free?: TextValue | null;
  readonly MXMRRefinement_R_cryst?: TextValue | null;
  readonly MXMRRefinement_PDB_file?: TextValue | null;
  readonly MXMRRefinement_MTZ_file?: TextValue | null;
  readonly MXMRRefinement_MAP_FOFC?: TextValue | null;
  readonly MXMRRefinement_MAP_2FOFC?: TextValue | null;
  readonly MXMRLigandFitting_ligand_FOFC_CC?: FloatValue | null;
  readonly MXMRLigandFitting_R_free?: FloatValue | null;
  readonly MXMRLigandFitting_R_cryst?: FloatValue | null;
  /** In Å². */
  readonly MXMRLigandFitting_B_factor?: QuantityValue | null;
  readonly MXMRLigandFitting_occupancy?: FloatValue | null;
  readonly MXMRLigandFitting_PDB_file?: TextValue | null;
  readonly MXMRLigandFitting_MTZ_file?: TextValue | null;
  readonly MXMRLigandFitting_PNG_2FOFC?: TextValue | null;
  readonly MXMRLigandFitting_PNG_FOFC?: TextValue | null;
  readonly MXMRLigandFitting_GIF_file?: TextValue | null;
  /** In Å. */
  readonly MXMRLigandFitting_ligand_XYZ?: QuantitiesValue | null;
  readonly MXMRLigandFitting_ligand_name?: TextValue | null;
  readonly MXMRLigandFitting_MAP_FOFC?: TextValue | null;
  readonly MXMRLigandFitting_MAP_2FOFC?: TextValue | null;
  readonly MXAutoprocIntegration_start_image_number?: IntegerValue | null;
  readonly MXAutoprocIntegration_end_image_number?: IntegerValue | null;
  readonly MXAutoprocIntegration_detector_distance?: TextValue | null;
  readonly MXAutoprocIntegration_beam_x?: TextValue | null;
  readonly MXAutoprocIntegration_beam_y?: TextValue | null;
  readonly MXAutoprocIntegration_rotation_axis_x?: TextValue | null;
  readonly MXAutoprocIntegration_rotation_axis_y?: TextValue | null;
  readonly MXAutoprocIntegration_rotation_axis_z?: TextValue | null;
  readonly MXAutoprocIntegration_beam_vector_x?: TextValue | null;
  readonly MXAutoprocIntegration_beam_vector_y?: TextValue | null;
  readonly MXAutoprocIntegration_beam_vector_z?: TextValue | null;
  readonly MXAutoprocIntegration_space_group?: TextValue | null;
  readonly MXAutoprocIntegration_cell_a?: TextValue | null;
  readonly MXAutoprocIntegration_cell_b?: TextValue | null;
  readonly MXAutoprocIntegration_cell_c?: TextValue | null;
  readonly MXAutoprocIntegration_cell_alpha?: TextValue | null;
  readonly MXAutoprocIntegration_cell_beta?: TextValue | null;
  readonly MXAutoprocIntegration_cell_gamma?: TextValue | null;
  readonly MXAutoprocIntegration_anomalous?: TextValue | null;
  readonly MXAutoprocIntegration_diffraction_limit_direction_1?: TextValue | null;
  readonly MXAutoprocIntegration_diffraction_limit_direction_2?: TextValue | null;
  readonly MXAutoprocIntegration_diffraction_limit_direction_3?: TextValue | null;
  readonly MXAutoprocIntegration_principal_axis_1?: TextValue | null;
  readonly MXAutoprocIntegration_principal_axis_2?: TextValue | null;
  readonly MXAutoprocIntegration_principal_axis_3?: TextValue | null;
  readonly MXAutoprocIntegration_fit_to_line_slope?: TextValue | null;
  readonly MXAutoprocIntegration_fit_to_line_r2?: TextValue | null;
  readonly MXAutoprocIntegration_fit_to_line_stdv?: TextValue | null;
  /** In Å. */
  readonly MXAutoprocIntegrationScaling_overall_resolution_limit_low?: QuantityValue | null;
  /** In Å. */
  readonly MXAutoprocIntegrationScaling_overall_resolution_limit_high?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_overall_r_merge?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_r_meas_within_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_r_meas_all_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_r_pim_within_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_r_pim_all_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_fractional_partial_bias?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_n_total_observations?: IntegerValue | null;
  readonly MXAutoprocIntegrationScaling_overall_n_total_unique_observations?: IntegerValue | null;
  readonly MXAutoprocIntegrationScaling_overall_mean_I_over_sigI?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_overall_completeness?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_overall_multiplicity?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_overall_anomalous_completeness?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_overall_anomalous_multiplicity?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_anomalous?: BooleanValue | null;
  readonly MXAutoprocIntegrationScaling_overall_cc_half?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_ccAno?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_sigAno?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_overall_isa?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_overall_completeness_spherical?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_overall_completeness_ellipsoidal?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_overall_anomalous_completeness_spherical?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_overall_anomalous_completeness_ellipsoidal?: QuantityValue | null;
  /** In Å. */
  readonly MXAutoprocIntegrationScaling_inner_resolution_limit_low?: QuantityValue | null;
  /** In Å. */
  readonly MXAutoprocIntegrationScaling_inner_resolution_limit_high?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_inner_r_merge?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_r_meas_within_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_r_meas_all_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_r_pim_within_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_r_pim_all_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_fractional_partial_bias?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_n_total_observations?: IntegerValue | null;
  readonly MXAutoprocIntegrationScaling_inner_n_total_unique_observations?: IntegerValue | null;
  readonly MXAutoprocIntegrationScaling_inner_mean_I_over_sigI?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_inner_completeness?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_inner_multiplicity?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_inner_anomalous_completeness?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_inner_anomalous_multiplicity?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_anomalous?: BooleanValue | null;
  readonly MXAutoprocIntegrationScaling_inner_cc_half?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_ccAno?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_sigAno?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_inner_isa?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_inner_completeness_spherical?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_inner_completeness_ellipsoidal?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_inner_anomalous_completeness_spherical?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_inner_anomalous_completeness_ellipsoidal?: QuantityValue | null;
  /** In Å. */
  readonly MXAutoprocIntegrationScaling_outer_resolution_limit_low?: QuantityValue | null;
  /** In Å. */
  readonly MXAutoprocIntegrationScaling_outer_resolution_limit_high?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_outer_r_merge?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_r_meas_within_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_r_meas_all_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_r_pim_within_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_r_pim_all_IPlus_IMinus?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_fractional_partial_bias?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_n_total_observations?: IntegerValue | null;
  readonly MXAutoprocIntegrationScaling_outer_n_total_unique_observations?: IntegerValue | null;
  readonly MXAutoprocIntegrationScaling_outer_mean_I_over_sigI?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_outer_completeness?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_outer_multiplicity?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_outer_anomalous_completeness?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_outer_anomalous_multiplicity?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_anomalous?: BooleanValue | null;
  readonly MXAutoprocIntegrationScaling_outer_cc_half?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_ccAno?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_sigAno?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_outer_isa?: FloatValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_outer_completeness_spherical?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_outer_completeness_ellipsoidal?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_outer_anomalous_completeness_spherical?: QuantityValue | null;
  /** In %. */
  readonly MXAutoprocIntegrationScaling_outer_anomalous_completeness_ellipsoidal?: QuantityValue | null;
  /** In Å. */
  readonly MXAutoprocIntegrationScaling_operational_resolution?: QuantityValue | null;
  readonly MXAutoprocIntegrationScaling_operational_resolution_sigma_cutoff?: FloatValue | null;
  readonly MXAutoprocIntegrationScaling_operational_resolution_number_of_reflections?: IntegerValue | null;
  readonly MX_position_id?: TextValue | null;
  readonly MX_characterisation_id?: TextValue | null;
  /** @deprecated use MX_positionName */
  readonly MX_crystalPositionName?: TextValue | null;
  /** In mm. */
  readonly MX_phix?: QuantityValue | null;
  /** In mm. */
  readonly MX_phiy?: QuantityValue | null;
  /** In mm. */
  readonly MX_phiz?: QuantityValue | null;
  /** In mm. */
  readonly MX_sampx?: QuantityValue | null;
  /** In mm. */
  readonly MX_sampy?: QuantityValue | null;
  /** In deg. */
  readonly MX_kappa?: QuantityValue | null;
  /** In deg. */
  readonly MX_phi?: QuantityValue | null;
  /** In deg. */
  readonly MX_omega?: QuantityValue | null;
  readonly MX_positionName?: TextValue | null;
  readonly PTYCHO_propagation?: TextValue | null;
  /** In μm. */
  readonly PTYCHO_beamSize?: QuantityValue | null;
  /** In μm. */
  readonly PTYCHO_stepSize?: QuantityValue | null;
  /** In mm. */
  readonly PTYCHO_focusToDetectorDistance?: QuantityValue | null;
  /** In s. */
  readonly PTYCHO_countTime?: QuantityValue | null;
  readonly PTYCHO_parameters?: TextValue | null;
  readonly PTYCHO_tomoParameters?: TextValue | null;
  readonly PTYCHO_refN?: FloatValue | null;
  readonly PTYCHO_darkN?: FloatValue | null;
  /** In μm. */
  readonly PTYCHO_pixelSize?: QuantityValue | null;
  readonly PTYCHO_Axis1_name?: TextValue | null;
  /** In μm. */
  readonly PTYCHO_Axis1_range?: QuantityValue | null;
  readonly PTYCHO_Axis2_name?: TextValue | null;
  /** In μm. */
  readonly PTYCHO_Axis2_range?: QuantityValue | null;
  readonly saxs_definition?: TextValue | null;
  readonly "saxs_definition.version"?: TextValue | null;
  readonly SAXS_directory?: TextValue | null;
  readonly SAXS_experimentType?: TextValue | null;
  readonly SAXS_prefix?: TextValue | null;
  readonly SAXS_maskFile?: TextValue | null;
  readonly SAXS_numberFrames?: TextValue | null;
  readonly SAXS_timePerFrame?: TextValue | null;
  readonly SAXS_concentration?: TextValue | null;
  readonly SAXS_comments?: TextValue | null;
  readonly SAXS_code?: TextValue | null;
  readonly SAXS_detector_distance?: TextValue | null;
  readonly SAXS_waveLength?: TextValue | null;
  readonly SAXS_pixelSizeX?: TextValue | null;
  readonly SAXS_pixelSizeY?: TextValue | null;
  readonly SAXS_beam_center_x?: TextValue | null;
  readonly SAXS_beam_center_y?: TextValue | null;
  readonly SAXS_normalisation?: TextValue | null;
  readonly SAXS_diode_currents?: TextValue | null;
  readonly SAXS_acronym?: TextValue | null;
  readonly SAXS_transmission?: TextValue | null;
  readonly SAXS_storage_temperature?: TextValue | null;
  readonly SAXS_exposure_temperature?: TextValue | null;
  readonly SAXS_column_type?: TextValue | null;
  readonly SAXS_flow_rate?: TextValue | null;
  readonly SAXS_hplc_port?: TextValue | null;
  readonly SAXS_sample_type?: TextValue | null;
  readonly SAXS_run_number?: TextValue | null;
  readonly SAXS_experiment_type?: TextValue | null;
  readonly SAXS_guinier_rg?: TextValue | null;
  readonly SAXS_guinier_sigma_rg?: TextValue | null;
  readonly SAXS_guinier_points?: TextValue | null;
  readonly SAXS_guinier_points_start?: TextValue | null;
  readonly SAXS_guinier_points_end?: TextValue | null;
  readonly SAXS_guinier_i0?: TextValue | null;
  readonly SAXS_rg?: TextValue | null;
  readonly SAXS_rg_std?: TextValue | null;
  readonly SAXS_rg_avg?: TextValue | null;
  readonly SAXS_total?: TextValue | null;
  readonly SAXS_d_max?: TextValue | null;
  readonly SAXS_d_max_std?: TextValue | null;
  readonly SAXS_porod_volume?: TextValue | null;
  readonly SAXS_porod_MM_volume_estimation?: TextValue | null;
  readonly SAXS_frames_averaged?: TextValue | null;
  /** In nm³. */
  readonly SAXS_vc?: QuantityValue | null;
  /** In nm³. */
  readonly SAXS_vc_error?: QuantityValue | null;
  /** In kDa. */
  readonly SAXS_mass?: QuantityValue | null;
  /** In kDa. */
  readonly SAXS_mass_error?: QuantityValue | null;
  readonly SAXS_chi2r?: TextValue | null;
  readonly SAXS_chi2r_error?: TextValue | null;
  /** In m. */
  readonly SCXRD_sample_detector_distance?: QuantityValue | null;
  readonly SCXRD_beam_center_x?: FloatValue | null;
  readonly SCXRD_beam_center_y?: FloatValue | null;
  /** In Å. */
  readonly SCXRD_wavelength?: QuantityValue | null;
  /** In deg. */
  readonly SCXRD_detector_tilts?: QuantityValue | null;
  readonly SCXRD_rotation_axis?: TextValue | null;
  /** In deg. */
  readonly SCXRD_rotation_range?: QuantityValue | null;
  /** In deg. */
  readonly SCXRD_rotation_step?: QuantityValue | null;
  /** In s. */
  readonly SCXRD_exposure_time?: QuantityValue | null;
  readonly SSXJet_speed?: TextValue | null;
  readonly SSXJet_size?: TextValue | null;
  readonly SSXChip_horizontal_spacing?: TextValue | null;
  readonly SSXChip_vertical_spacing?: TextValue | null;
  readonly SSXChip_row_number?: TextValue | null;
  readonly SSXChip_column_number?: TextValue | null;
  readonly SSXChip_model?: TextValue | null;
  readonly SSX_experiment_type?: TextValue | null;
  readonly SSX_experiment_name?: TextValue | null;
  /** In μm. */
  readonly SXDM_beamSizeVertical?: QuantityValue | null;
  /** In μm. */
  readonly SXDM_beamSizeHorizontal?: QuantityValue | null;
  readonly TOMOAcquisition_technique?: TextValue | null;
  readonly TOMOAcquisition_proj_n?: FloatValue | null;
  readonly TOMOAcquisition_flat_n?: FloatValue | null;
  readonly TOMOAcquisition_dark_n?: FloatValue | null;
  readonly TOMOAcquisition_flat_on?: FloatValue | null;
  /** In mm. */
  readonly TOMOAcquisition_y_step?: QuantityValue | null;
  /** In mm. */
  readonly TOMOAcquisition_z_step?: QuantityValue | null;
  /** In deg. */
  readonly TOMOAcquisition_start_angle?: QuantityValue | null;
  /** In s. */
  readonly TOMOAcquisition_exposure_time?: QuantityValue | null;
  /** In mm. */
  readonly TOMOAcquisition_sample_detector_distance?: QuantityValue | null;
  /** In mm. */
  readonly TOMOAcquisition_source_sample_distance?: QuantityValue | null;
  /** In keV. */
  readonly TOMOAcquisition_energy?: QuantityValue | null;
  readonly TOMOAcquisition_half_acquisition?: BooleanValue | null;
  readonly TOMOAcquisition_type?: TextValue | null;
  /** In μm. */
  readonly TOMOAcquisition_camera_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly TOMOAcquisition_sample_pixel_size?: QuantityValue | null;
  /** In μm. */
  readonly TOMOAcquisition_optic_magnified_pixel_size?: QuantityValue | null;
  readonly TOMOAcquisition_magnification?: FloatValue | null;
  readonly TOMOAcquisition_beam_magnification?: FloatValue | null;
  readonly TOMOAcquisition_read_srcur?: BooleanValue | null;
  /** In mA. */
  readonly TOMOAcquisition_srcur_start?: QuantityValue | null;
  /** In mA. */
  readonly TOMOAcquisition_srcur_stop?: QuantityValue | null;
  /** In deg. */
  readonly TOMOAcquisition_scan_range?: QuantityValue | null;
  readonly TOMOAcquisition_scan_type?: TextValue | null;
  /** In s. */
  readonly TOMOAcquisition_acc_exposure_time?: QuantityValue | null;
  readonly TOMOAcquisition_acc_frames_count?: FloatValue | null;
  /** In mm. */
  readonly TOMOAcquisition_accel_disp?: QuantityValue | null;
  readonly TOMOAcquisition_beam_check?: BooleanValue | null;
  readonly TOMOAcquisition_camera_x_mot?: TextValue | null;
  readonly TOMOAcquisition_camera_acq_mode?: TextValue | null;
  readonly TOMOAcquisition_camera_flip_horz?: BooleanValue | null;
  readonly TOMOAcquisition_camera_flip_vert?: BooleanValue | null;
  /** In s. */
  readonly TOMOAcquisition_latency_time?: QuantityValue | null;
  readonly TOMOAcquisition_no_images_at_end?: BooleanValue | null;
  readonly TOMOAcquisition_no_flat_at_end?: BooleanValue | null;
  readonly TOMOAcquisition_optic_name?: TextValue | null;
  readonly TOMOAcquisition_optic_type?: TextValue | null;
  readonly TOMOAcquisition_scintillator?: TextValue | null;
  /** In s. */
  readonly TOMOAcquisition_duration?: QuantityValue | null;
  readonly TOMOAcquisition_comment?: TextValue | null;
  readonly TOMOAcquisitionZseries_z_mot?: TextValue | null;
  /** In mm. */
  readonly TOMOAcquisitionZseries_z_start?: QuantityValue | null;
  /** In mm. */
  readonly TOMOAcquisitionZseries_z_delta?: QuantityValue | null;
  readonly TOMOAcquisitionZseries_z_n_steps?: FloatValue | null;
  /** In s. */
  readonly TOMOAcquisitionZseries_duration?: QuantityValue | null;
  /** In pixel. */
  readonly TOMOAcquisition_random_motion_range?: QuantityValue | null;
  readonly TOMOAcquisition_n_subtomo?: IntegerValue | null;
  /** In deg. */
  readonly TOMOAcquisition_rotation_flat_position?: QuantityValue | null;
  /** In deg. */
  readonly TOMOReconstruction_angle_offset?: QuantityValue | null;
  readonly TOMOReconstruction_angles_file?: TextValue | null;
  readonly TOMOReconstruction_axis_correction_file?: TextValue | null;
  readonly TOMOReconstruction_centered_axis?: BooleanValue | null;
  readonly TOMOReconstruction_clip_outer_circle?: BooleanValue | null;
  readonly TOMOReconstruction_cor_options?: TextValue | null;
  readonly TOMOReconstruction_enable_halftomo?: BooleanValue | null;
  readonly TOMOReconstruction_end_x?: IntegerValue | null;
  readonly TOMOReconstruction_end_y?: IntegerValue | null;
  readonly TOMOReconstruction_end_z?: IntegerValue | null;
  readonly TOMOReconstruction_fbp_filter_cutoff?: FloatValue | null;
  readonly TOMOReconstruction_fbp_filter_type?: TextValue | null;
  readonly TOMOReconstruction_method?: TextValue | null;
  readonly TOMOReconstruction_optim_algorithm?: TextValue | null;
  readonly TOMOReconstruction_padding_type?: TextValue | null;
  readonly TOMOReconstruction_preconditioning_filter?: TextValue | null;
  readonly TOMOReconstruction_rotation_axis_position?: FloatValue | null;
  readonly TOMOReconstruction_start_x?: IntegerValue | null;
  readonly TOMOReconstruction_start_y?: IntegerValue | null;
  readonly TOMOReconstruction_start_z?: IntegerValue | null;
  readonly TOMOReconstruction_translation_movements_file?: TextValue | null;
  readonly TOMOReconstruction_weight_tv?: FloatValue | null;
  /** In μm. */
  readonly TOMOReconstruction_voxel_size_x?: QuantityValue | null;
  /** In μm. */
  readonly TOMOReconstruction_voxel_size_y?: QuantityValue | null;
  /** In μm. */
  readonly TOMOReconstruction_voxel_size_z?: QuantityValue | null;
  readonly TOMOReconstruction_nb_voxel_x?: FloatValue | null;
  readonly TOMOReconstruction_nb_voxel_y?: FloatValue | null;
  readonly TOMOReconstruction_nb_voxel_z?: FloatValue | null;
  readonly TOMOReconstructionPhase_ctf_advanced_params?: TextValue | null;
  readonly TOMOReconstructionPhase_ctf_geometry?: TextValue | null;
  readonly TOMOReconstructionPhase_delta_beta?: FloatValue | null;
  /** In mm. */
  readonly TOMOReconstructionPhase_detector_sample_distance?: QuantityValue | null;
  readonly TOMOReconstructionPhase_method?: TextValue | null;
  readonly TOMOReconstructionPhase_padding_type?: TextValue | null;
  readonly TOMOReconstructionPhase_unsharp_coeff?: FloatValue | null;
  readonly TOMOReconstructionPhase_unsharp_method?: TextValue | null;
  readonly TOMOReconstructionPhase_unsharp_sigma?: FloatValue | null;
  readonly TOMO_experiment_type?: TextValue | null;
  readonly TOMO_ftomo_par?: TextValue | null;
  /** In ms. */
  readonly TOMO_xshutter_time?: QuantityValue | null;
  readonly TOMO_images_per_step?: FloatValue | null;
  readonly TOMO_interlaced?: FloatValue | null;
  readonly TOMO_nested?: FloatValue | null;
  readonly TOMO_save_separate_dark_image?: FloatValue | null;
  readonly TOMO_auto_update_ref?: FloatValue | null;
  readonly TOMO_images_at_end_as_quali?: FloatValue | null;
  readonly TOMO_live_correction?: FloatValue | null;
  readonly TOMO_mono_tune_on_ref?: FloatValue | null;
  readonly TOMO_no_accel_corr?: FloatValue | null;
  readonly TOMO_open_slits_on_quali?: FloatValue | null;
  readonly TOMO_optics_eye_piece?: FloatValue | null;
  /** In s. */
  readonly TOMO_readout_time?: QuantityValue | null;
  readonly TOMO_flat_power?: FloatValue | null;
  readonly TOMO_rounding_correction?: FloatValue | null;
  /** In s. */
  readonly TOMO_safe_time?: QuantityValue | null;
  readonly TOMO_shift_turns?: FloatValue | null;
  readonly TOMO_speed_corr_factor?: FloatValue | null;
  readonly TOMO_mono_tune_on_start?: FloatValue | null;
  readonly TOMO_soft_version?: TextValue | null;
  readonly TOMO_vacuum_value?: FloatValue | null;
  readonly TOMO_vacuum_name?: TextValue | null;
  /** In mm. */
  readonly TOMO_sx0?: QuantityValue | null;
  /** In s. */
  readonly TOMO_camera_time?: QuantityValue | null;
  readonly TOMO_i0?: FloatValue | null;
  readonly TOMO_it?: FloatValue | null;
  readonly TOMO_interlaced_roundtrip?: FloatValue | null;
  readonly TOMO_scanning_mode?: TextValue | null;
  readonly TOMO_x_pixel_n?: FloatValue | null;
  readonly TOMO_y_pixel_n?: FloatValue | null;
  /** In Gy/s. */
  readonly TOMO_surface_dose?: QuantityValue | null;
  /** In Gy/s. */
  readonly TOMO_voi_dose?: QuantityValue | null;
  /** In kGy. */
  readonly TOMO_total_voi_dose?: QuantityValue | null;
  readonly TOMO_reference_description?: TextValue | null;
  readonly TOMO_subframe_nb?: FloatValue | null;
  readonly TOMO_idNames?: TextValue | null;
  readonly TOMO_scanRadix?: TextValue | null;
  /** In mm. */
  readonly TOMO_propagationDistance?: QuantityValue | null;
  readonly TOMO_xStages?: FloatValue | null;
  readonly TOMO_yStages?: FloatValue | null;
  readonly TOMO_zStages?: FloatValue | null;
  readonly TOMO_min32to16bits?: FloatValue | null;
  readonly TOMO_max32to16bits?: FloatValue | null;
  /** @deprecated by the facility */
  readonly TOMO_jp2CompressRatio?: FloatValue | null;
  /** In photons/s. */
  readonly TOMO_i0_start?: QuantityValue | null;
  /** In photons/s. */
  readonly TOMO_it_start?: QuantityValue | null;
  /** In photons/s. */
  readonly TOMO_i0_end?: QuantityValue | null;
  /** In photons/s. */
  readonly TOMO_it_end?: QuantityValue | null;
  readonly xrf_definition?: TextValue | null;
}

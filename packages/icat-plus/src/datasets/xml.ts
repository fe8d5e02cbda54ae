import { SciError } from "@sci/http-core";

// Everything that has to be written otherwise, or must not be written at all.
const special = /[&<>\n\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/;
const forbidden =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": "&#10;", "\r": "&#13;" };
const escaped = (character: string): string => escapes[character] as string;

/**
 * Text for an element. Line ends are kept, as character references: the original deletes them.
 * @throws INVALID_ARGUMENT for characters that XML does not have; `field` says where
 */
export function escapeXml(text: string, field: string): string {
  if (!special.test(text)) return text;
  const bad = forbidden.exec(text)?.[0];
  if (bad !== undefined) {
    const code = bad.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw new SciError("INVALID_ARGUMENT", `Field ${field} holds the character U+${code}, which XML cannot carry. Take it out.`, {
      details: { field, character: `U+${code}` },
    });
  }
  return text.replace(/[&<>\n\r]/g, escaped);
}

const prolog = '<?xml version="1.0" encoding="UTF-8"?>';
const namespace = 'xmlns:tns="http://www.esrf.fr/icat"';

/** An element with text, or an empty one. */
function element(name: string, text: string, field: string): string {
  return text === "" ? `<tns:${name}/>` : `<tns:${name}>${escapeXml(text, field)}</tns:${name}>`;
}

/** A value between quotation marks of the kind that it does not hold itself. */
function attribute(text: string, field: string): string {
  const value = escapeXml(text, field).replaceAll("\t", "&#9;");
  if (!value.includes('"')) return `"${value}"`;
  return value.includes("'") ? `"${value.replaceAll('"', "&quot;")}"` : `'${value}'`;
}

/** Elements of a dataset in front of its parameters. */
export interface DatasetRoot {
  readonly complete: string;
  readonly investigation: string;
  readonly instrument: string;
  readonly name: string;
  readonly location: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly sampleName: string;
}

/** The message for a dataset. */
export function datasetXml(root: DatasetRoot, parameters: Iterable<readonly [string, string]>): string {
  let xml =
    `${prolog}<tns:dataset ${namespace} complete=${attribute(root.complete, "complete")}>` +
    element("investigation", root.investigation, "proposal") +
    element("instrument", root.instrument, "beamlineID") +
    element("name", root.name, "datasetName") +
    element("location", root.location, "location") +
    element("startDate", root.startDate, "startDate") +
    element("endDate", root.endDate, "endDate") +
    `<tns:sample>${element("name", root.sampleName, "Sample_name")}</tns:sample>`;
  for (const [name, value] of parameters) {
    xml += `<tns:parameter>${element("name", name, `"${name}"`)}${element("value", value, name)}</tns:parameter>`;
  }
  return `${xml}</tns:dataset>`;
}

/** The message for a session; `investigationId` where one is to be scheduled anew. */
export function investigationXml(investigation: {
  readonly experiment: string;
  readonly instrument: string;
  readonly startDate: string;
  readonly investigationId?: string;
}): string {
  const { experiment, instrument, startDate, investigationId } = investigation;
  return (
    `${prolog}<tns:investigation ${namespace}>` +
    element("experiment", experiment, "proposal") +
    element("instrument", instrument, "beamline") +
    element("startDate", startDate, "startDatetime") +
    (investigationId === undefined ? "" : element("investigationId", investigationId, "investigationId")) +
    "</tns:investigation>"
  );
}

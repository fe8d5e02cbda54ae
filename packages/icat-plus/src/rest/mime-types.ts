/** MIME types by the ends of names (IANA's registry; the kinds that go into an e-logbook). */
const types: Readonly<Record<string, string>> = {
  ...{
    png: "image/png",
    jpg: "image/jpeg",
    jpeg: "image/jpeg",
    gif: "image/gif",
    svg: "image/svg+xml",
    bmp: "image/bmp",
    webp: "image/webp",
  },
  ...{ tif: "image/tiff", tiff: "image/tiff", ico: "image/vnd.microsoft.icon", avif: "image/avif", heic: "image/heic" },
  ...{
    pdf: "application/pdf",
    json: "application/json",
    xml: "text/xml",
    zip: "application/zip",
    gz: "application/gzip",
    tar: "application/x-tar",
  },
  ...{
    h5: "application/x-hdf5",
    hdf5: "application/x-hdf5",
    nxs: "application/x-hdf5",
    nc: "application/x-netcdf",
    cdf: "application/x-netcdf",
  },
  ...{
    txt: "text/plain",
    log: "text/plain",
    csv: "text/csv",
    tsv: "text/tab-separated-values",
    html: "text/html",
    htm: "text/html",
    css: "text/css",
  },
  ...{
    md: "text/markdown",
    py: "text/x-python",
    js: "text/javascript",
    mjs: "text/javascript",
    rtf: "application/rtf",
    ps: "application/postscript",
  },
  ...{ doc: "application/msword", docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
  ...{ xls: "application/vnd.ms-excel", xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
  ...{ ppt: "application/vnd.ms-powerpoint", pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation" },
  ...{ mp4: "video/mp4", webm: "video/webm", mov: "video/quicktime", avi: "video/x-msvideo", mp3: "audio/mpeg", wav: "audio/x-wav" },
};

/** Told by the name alone. @default "application/octet-stream" */
export function mimeTypeOf(name: string): string {
  const end = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return (Object.hasOwn(types, end) ? types[end] : undefined) ?? "application/octet-stream";
}

import { createIcatClient } from "@sci/icat-plus";

/** One call, as a page would make it. */
export async function run(url, id) {
  const icat = createIcatClient({ icatplusRestrictedUrl: url, icatSessionId: id });
  return icat.getSessionInformation();
}

import * as cernAuth from "@sci/cern-auth";
import { expect, test } from "vitest";

test("the main entry exports these names", () => {
  expect(Object.keys(cernAuth).sort()).toEqual([
    "cernApiToken",
    "cernBrowserLogin",
    "cernDeviceLogin",
    "cernLogout",
    "cernSession",
    "cernTokenExchange",
    "cookieFile",
    "createProxyCertificate",
    "describeCertificate",
    "explainToken",
    "findCertificate",
    "loadCertificate",
    "readCookieFile",
    "writeCookieFile",
  ]);
});

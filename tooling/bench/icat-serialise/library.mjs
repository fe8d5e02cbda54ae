// Writes messages of datasets with the library. Arguments: how many.
import { createHash } from "node:crypto";
import { createDatasetSerializer } from "@sci/icat-plus/datasets";
import { datasetOf } from "./datasets.mjs";

const count = Number(process.argv[2]);
const serialize = await createDatasetSerializer({ machine: "lid00.example.org", software: "bench" });
const hash = createHash("sha256");
let bytes = 0;
const started = performance.now();
for (let number = 0; number < count; number++) bytes += serialize(datasetOf(number)).xml.length;
const milliseconds = performance.now() - started;
for (const number of [0, 1, 999]) hash.update(serialize(datasetOf(number)).xml);
console.log(JSON.stringify({ count, milliseconds, bytes, hash: hash.digest("hex"), peak: process.resourceUsage().maxRSS / 1024 }));

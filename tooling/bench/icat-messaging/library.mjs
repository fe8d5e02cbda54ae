// Sends with the library; each message counts when the broker has confirmed it.
// Arguments: datasets | messages, address of the broker, queue, how many, how many pending at most.
import { createIcatClient } from "@sci/icat-plus";
import { createMessenger } from "@sci/icat-plus/messaging";
import { datasetOf } from "../icat-serialise/datasets.mjs";
import { body, inFlight, pooled } from "./messages.mjs";

const [what, address, queue] = process.argv.slice(2);
const [count, pending] = process.argv.slice(5).map(Number);

function senderOf() {
  if (what === "datasets") {
    const icat = createIcatClient({ metadataUrls: [address], metadataQueue: queue, inFlight });
    return { send: (number) => icat.storeDataset(datasetOf(number)), end: () => icat.close() };
  }
  const messenger = createMessenger({ urls: address, inFlight });
  return { send: () => messenger.send({ queue, body }), end: () => messenger.disconnect() };
}

const { send, end } = senderOf();
const sendOne = async (number) => {
  const { confirmed, attempts } = await send(number);
  if (!confirmed || attempts !== 1) throw new Error(`Message ${number} was sent ${attempts} times, confirmed: ${confirmed}.`);
};
// Not counted: the connection, and what is compiled with the first messages.
await pooled(what === "datasets" ? 1 : 2 * inFlight, inFlight, sendOne);
const started = performance.now();
await pooled(count, pending, sendOne);
const milliseconds = performance.now() - started;
await end();
console.log(JSON.stringify({ count, milliseconds, peak: process.resourceUsage().maxRSS / 1024 }));

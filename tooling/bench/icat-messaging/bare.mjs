// Sends with a bare socket: frames are text put together, and of the answers only the ends of the receipts are counted.
// Arguments: address of the broker, queue, how many.
import { once } from "node:events";
import { connect } from "node:net";
import { body, inFlight } from "./messages.mjs";

const [address, queue] = process.argv.slice(2);
const count = Number(process.argv[4]);
const [host, port] = address.split(":");
const socket = connect(Number(port), host);
await once(socket, "connect");
socket.write("CONNECT\naccept-version:1.1\nhost:\n\n\0");
const [answer] = await once(socket, "data");
if (!answer.toString().startsWith("CONNECTED")) throw new Error(answer.toString());

/** Sends so many with as many in flight as the library has; done when the last receipt is there. */
function sendAll(many) {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let confirmed = 0;
    const fill = () => {
      let frames = "";
      while (sent < many && sent - confirmed < inFlight)
        frames += `SEND\ndestination:/queue/${queue}\npersistent:true\nreceipt:r${sent++}\n\n${body}\0`;
      if (frames !== "") socket.write(frames);
    };
    const onData = (chunk) => {
      for (let at = chunk.indexOf(0); at >= 0; at = chunk.indexOf(0, at + 1)) confirmed++;
      if (chunk.includes("ERROR")) reject(new Error(chunk.toString()));
      if (confirmed < many) return fill();
      socket.off("data", onData);
      resolve();
    };
    socket.on("data", onData);
    fill();
  });
}

// Not counted, as with the library.
await sendAll(2 * inFlight);
const started = performance.now();
await sendAll(count);
const milliseconds = performance.now() - started;
socket.destroy();
console.log(JSON.stringify({ count, milliseconds }));

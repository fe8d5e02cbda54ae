// A network that is far away: passes bytes on after a wait, with a round trip more before the first of a connection, and with no limit
// of the rate. Arguments: port to pass on to, milliseconds of a round trip.
import { connect, createServer } from "node:net";

const [target, roundTrip] = process.argv.slice(2).map(Number);
const oneWay = roundTrip / 2;
const most = 64 * 1024 * 1024;

/** Passes on in order, each piece when its time has come. */
function pass(from, to, extra) {
  const waiting = [];
  let held = 0;
  let timer;
  let earliest = performance.now() + extra;
  const release = () => {
    timer = undefined;
    const now = performance.now();
    while (waiting.length > 0 && waiting[0].due <= now + 0.25) {
      const { chunk } = waiting.shift();
      if (chunk === undefined) to.end();
      else {
        held -= chunk.length;
        to.write(chunk);
      }
    }
    if (held < most) from.resume();
    if (waiting.length > 0) timer = setTimeout(release, Math.max(0, waiting[0].due - now));
  };
  const add = (chunk) => {
    const due = Math.max(performance.now(), earliest) + oneWay;
    earliest = 0;
    waiting.push({ due, chunk });
    held += chunk?.length ?? 0;
    if (held >= most) from.pause();
    timer ??= setTimeout(release, Math.max(0, waiting[0].due - performance.now()));
  };
  from.on("data", add);
  from.on("end", () => add(undefined));
  from.on("error", () => to.destroy());
  from.on("close", () => {
    if (!from.readableEnded) to.destroy();
  });
}

const server = createServer({ allowHalfOpen: true }, (client) => {
  const upstream = connect({ port: target, host: "127.0.0.1", allowHalfOpen: true });
  for (const socket of [client, upstream]) socket.setNoDelay(true);
  pass(client, upstream, roundTrip);
  pass(upstream, client, 0);
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));

/** A block's length while few are in use: large enough that the calls to the system weigh little. */
const large = 1024 * 1024;
const small = 64 * 1024;
/** Large blocks in use at most. */
const most = 16;
/** Large blocks that are kept while none is in use. */
const kept = 2;

const free = { large: [] as Uint8Array[], small: [] as Uint8Array[] };
const used = { large: 0, small: 0 };

/**
 * Memory for contents on their way between the network and the disk, shared by all transfers of the process: 16 blocks of 1 MiB, after
 * these only blocks of 64 KiB. They are used again and again, since memory that is let go comes back late.
 */
export function takeBlock(): Uint8Array {
  const kind = used.large < most ? "large" : "small";
  used[kind] += 1;
  return free[kind].pop() ?? Buffer.allocUnsafeSlow(kind === "large" ? large : small);
}

/** Gives one back that nobody reads or writes any more. */
export function giveBlock(block: Uint8Array): void {
  const kind = block.byteLength === large ? "large" : "small";
  used[kind] -= 1;
  free[kind].push(block);
  if (used.large + used.small > 0) return;
  free.large.length = Math.min(kept, free.large.length);
  free.small.length = 0;
}

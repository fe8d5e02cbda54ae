import type { Door } from "../door.ts";
import { stateOf } from "../door-state.ts";
import type { ChecksumName } from "../types.ts";
import { Sender } from "./sender.ts";

/** What uploads have learned of a storage, kept as long as its door. Undefined: not known yet. */
export interface Knowledge {
  /** Whether it sends files on to pools. */
  redirects: boolean | undefined;
  /** Whether it answers `Expect: 100-continue` before the body. */
  continues: boolean | undefined;
  /** Where its checksums come from: the answer to the upload, a HEAD, a property, or nowhere. */
  checksums: "answer" | "head" | "property" | "none" | undefined;
  /** The checksum it offers. */
  algorithm: ChecksumName | undefined;
  /** Whether a file may be uploaded under another name and then renamed. */
  rename: boolean | undefined;
  /** The question about all this, while it is being asked. */
  asking: Promise<void> | undefined;
}

interface Upload {
  readonly knowledge: Knowledge;
  readonly sender: Sender;
}

const uploads = new WeakMap<Door, Upload>();

export function uploadsOf(door: Door): Upload {
  let upload = uploads.get(door);
  if (upload === undefined) {
    const state = stateOf(door);
    const sender = new Sender(state);
    state.ends.add(() => sender.close());
    upload = {
      knowledge: {
        redirects: undefined,
        continues: undefined,
        checksums: undefined,
        algorithm: undefined,
        rename: undefined,
        asking: undefined,
      },
      sender,
    };
    uploads.set(door, upload);
  }
  return upload;
}

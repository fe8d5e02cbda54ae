import type { RealmUser } from "../openid/users.ts";

/** A person with an account. */
export type CernUser = RealmUser;

/** The users that exist from the start: an expert, one with a second factor, one whose account is closed. */
export const defaultUsers: readonly CernUser[] = [
  { name: "sandbox-user", password: "sandbox-password", email: "sandbox.user@cern.ch", egroups: ["cms-dqm-runregistry-experts"] },
  { name: "sandbox-otp", password: "otp-password", email: "sandbox.otp@cern.ch", egroups: ["cms-members"], otpKey: "sandbox-otp-key" },
  { name: "sandbox-closed", password: "closed-password", email: "sandbox.closed@cern.ch", egroups: [], disabled: true },
];

import { mix, oneOf } from "../../random.ts";
import type { IcatPlusUser } from "../options.ts";

/** The users of the README. */
export const defaultUsers: readonly IcatPlusUser[] = [
  {
    name: "sandbox-user",
    password: "sandbox-password",
    fullName: "Sam SANDBOX",
    email: "sandbox-user@example.org",
    proposals: ["ma1234", "hg237", "mx415", "mx2012"],
  },
  {
    name: "sandbox-scientist",
    password: "scientist-password",
    fullName: "Ines SCIENTIST",
    email: "sandbox-scientist@example.org",
    instruments: ["ID00", "ID13"],
  },
  {
    name: "sandbox-admin",
    password: "admin-password",
    fullName: "Ada ADMIN",
    email: "sandbox-admin@example.org",
    administrator: true,
    minter: true,
  },
  { name: "anonymous", password: "anonymous", plugins: ["db"], fullName: "Anonymous" },
];

const families = ["ARNOLD", "BAKER", "COHEN", "DUPONT", "ERIKSSON", "FERRARI", "GARCIA", "HUBER", "IVANOVA", "JANSEN", "KOWALSKI", "LOPEZ"];
const given = ["Alex", "Bo", "Chris", "Dana", "Eli", "Fran", "Gil", "Hana", "Ira", "Jo", "Kim", "Lou"];

/** Somebody who takes part in seeded investigations; their names follow from a number. */
export function participantName(number: number, seed: number): { user: string; fullName: string } {
  const family = oneOf(families, seed, number, 1);
  const first = oneOf(given, seed, number, 2);
  return { user: `${first}.${family}${mix(seed, number, 3) % 90}`.toLowerCase(), fullName: `${first} ${family}` };
}

/** The full name behind the name of a seeded participant. */
export function fullNameOf(user: string): string {
  const [first = user, family = ""] = user.replace(/\d+$/, "").split(".");
  return `${first.charAt(0).toUpperCase()}${first.slice(1)} ${family.toUpperCase()}`.trim();
}

import { isSciError } from "@sci/http-core";
import { type CtaLoginOptions, loginPlace } from "./login-options.ts";
import { readClientSecret, writeClientSecret } from "./profile-files.ts";

/**
 * Sees to it that the profile has the client secret: asked for once, or anew.
 * @param ask is told why it is asked, where the secret that is there cannot be used
 */
export async function keepSecret(options: CtaLoginOptions, anew: boolean, ask: (why?: string) => Promise<string>): Promise<void> {
  const { profile } = loginPlace(options, process.env);
  let why: string | undefined;
  if (!anew) {
    try {
      if (process.env["CTADATA_CLIENT_SECRET"] || (await readClientSecret(profile, options.warn)) !== undefined) return;
    } catch (error) {
      if (!isSciError(error, "FILE")) throw error;
      why = error.message;
    }
  }
  await writeClientSecret(profile, await ask(why));
}

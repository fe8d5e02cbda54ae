/** What must not be asked, and could not be: an address whose name never exists (RFC 6761). */
export const nowhere = "https://nowhere.invalid";

/** A logger that says nothing. */
export const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Runs `use` with these environment variables: null and undefined take one away. Afterwards all are as before. */
export async function withEnvironment<T>(
  environment: Readonly<Record<string, string | null | undefined>>,
  use: () => T | Promise<T>,
): Promise<T> {
  const saved = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | null | undefined): void => {
    if (value == null) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(environment)) set(name, value);
  try {
    return await use();
  } finally {
    for (const [name, value] of saved) set(name, value);
  }
}

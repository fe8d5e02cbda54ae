import { addOutputOptions, type Command, type CommandContext, type OutputChoice, readSecret, writeRecord } from "@sci/cli-core";
import { SciError } from "@sci/http-core";

interface ExplainChoice extends OutputChoice {
  readonly file?: string;
  readonly audience?: string;
  readonly scope?: string;
  readonly issuer?: string;
}

/** Adds `explain [TOKEN]`. */
export function addExplainCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("explain [token]")
    .description("say what is in a token and why a service may refuse it; the token comes from standard input (-) or --file")
    .option("--file <file>", "the token in FILE")
    .option("--audience <client>", "the service it is meant for")
    .option("--scope <scopes>", "scopes that are needed, divided by spaces")
    .option("--issuer <url>", "the issuer that is expected");
  addOutputOptions(command, ["table", "json"]);
  command.action((token: string | undefined, choice: ExplainChoice) => explain(context, token, choice));
}

async function explain(context: CommandContext, token: string | undefined, choice: ExplainChoice): Promise<void> {
  const { file, audience, scope, issuer, format, output } = choice;
  if (token !== undefined && file !== undefined)
    throw new SciError("INVALID_ARGUMENT", "Give the token once: as a file or on standard input.");
  const given = token === undefined || token === "-" ? { file: file ?? "-" } : { value: token };
  const text = await readSecret(context, { what: "token", ...given });
  const { explainToken } = await import("../explain-token.ts");
  const {
    claims: _claims,
    problems,
    expiresIn,
    issuedAt,
    notBefore,
    expiresAt,
    ...told
  } = explainToken(text, {
    ...(audience === undefined ? {} : { audience }),
    ...(scope === undefined ? {} : { scope }),
    ...(issuer === undefined ? {} : { issuer }),
  });
  const record = {
    ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)),
    ...dates({ issued_at: issuedAt, not_before: notBefore, expires_at: expiresAt }),
    ...(expiresIn === undefined ? {} : { expires_in: Math.round(expiresIn / 1000) }),
    problems,
  };
  await writeRecord(context, record, { ...(format === undefined ? {} : { format }), ...(output === undefined ? {} : { output }) });
  if (problems.length > 0) throw new SciError("NOT_AUTHENTICATED", problems.join(" "));
}

function dates(given: Readonly<Record<string, Date | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).flatMap(([name, date]) => (date === undefined ? [] : [[name, date.toISOString()]])));
}

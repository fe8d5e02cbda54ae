import { Argument, type Command, type Option } from "commander";
import type { CommandContext } from "./context.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

interface OptionNode {
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly file: boolean;
  readonly description: string;
}

interface CommandNode {
  /** "" for the program, "/mask/union" below. */
  readonly path: string;
  readonly commands: readonly { readonly names: readonly string[]; readonly description: string }[];
  readonly options: readonly OptionNode[];
  /** Words that the first argument can be. */
  readonly words: readonly string[];
  readonly files: boolean;
}

/** Adds `completion bash|zsh|fish`, which prints a script made from the commands and options that `program` has. */
export function addCompletionCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("completion")
    .description("print a completion script for a shell")
    .addArgument(new Argument("<shell>").choices(shells))
    .action(async (shell: Shell) => {
      await context.print(completionScript(program, shell));
    });
  const name = program.name();
  command.addHelpText(
    "after",
    `\nExamples:\n  # for this shell\n  source <(${name} completion bash)\n  # for good\n  ${name} completion bash > ~/.local/share/bash-completion/completions/${name}\n  ${name} completion zsh > "\${fpath[1]}/_${name}"\n  ${name} completion fish > ~/.config/fish/completions/${name}.fish`,
  );
}

/** The completion script of a program for a shell. It needs neither the program nor a library of the shell to run. */
export function completionScript(program: Command, shell: Shell): string {
  const nodes = nodesOf(program, "", []);
  const name = program.name();
  return shell === "bash" ? bashScript(name, nodes) : shell === "zsh" ? zshScript(name, nodes) : fishScript(name, nodes);
}

function optionNode(option: Option): OptionNode {
  const names = [option.short, option.long].filter((one): one is string => typeof one === "string");
  return {
    names,
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
    file: /<(?:.*-)?(?:file|folder|dir|path)>/i.test(option.flags),
    description: option.description,
  };
}

function nodesOf(command: Command, path: string, inherited: readonly OptionNode[]): CommandNode[] {
  const own = command.options.filter((option) => !option.hidden).map(optionNode);
  const all = [...own, ...inherited];
  const help: OptionNode = { names: ["-h", "--help"], takesValue: false, choices: [], file: false, description: "show this help" };
  const [first] = command.registeredArguments;
  const node: CommandNode = {
    path,
    commands: command.commands.map((child) => ({ names: [child.name(), ...child.aliases()], description: child.description() })),
    options: [...all, help],
    words: first?.argChoices ?? [],
    files: command.registeredArguments.some((argument) => /file|path/i.test(argument.name())),
  };
  const passedOn = all.filter(({ names }) => !names.includes("--version"));
  return [node, ...command.commands.flatMap((child) => nodesOf(child, `${path}/${child.name()}`, passedOn))];
}

const identifier = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, "_");
/** In single quotes for a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const wordsOf = (node: CommandNode): string[] => [...node.commands.flatMap(({ names }) => names), ...node.words];
const flagsOf = (node: CommandNode): string[] => node.options.flatMap(({ names }) => names);

/** Lines of a `case` that follow the words of the command line from command to command: "/mask union" → "/mask/union". */
function transitions(nodes: readonly CommandNode[], indent: string): string {
  const lines = nodes.flatMap((node) =>
    node.commands.map(
      ({ names }) =>
        `${indent}${names.map((one) => quoted(`${node.path} ${one}`)).join("|")}) at=${quoted(`${node.path}/${names[0] ?? ""}`)} ;;`,
    ),
  );
  return lines.join("\n");
}

function skipped(nodes: readonly CommandNode[]): string {
  const names = new Set(nodes.flatMap((node) => node.options.filter((option) => option.takesValue).flatMap((option) => option.names)));
  return [...names].join("|") || "--";
}

function bashScript(name: string, nodes: readonly CommandNode[]): string {
  const fn = `_${identifier(name)}_completion`;
  const values = nodes.flatMap((node) =>
    node.options
      .filter((option) => option.takesValue)
      .flatMap((option) => {
        const pattern = option.names.map((one) => quoted(`${node.path} ${one}`)).join("|");
        const reply =
          option.choices.length > 0
            ? `COMPREPLY=($(compgen -W ${quoted(option.choices.join(" "))} -- "$current"))`
            : option.file
              ? `${fn}_files`
              : "COMPREPLY=()";
        return [`    ${pattern}) ${reply}; return ;;`];
      }),
  );
  const words = nodes.map((node) => {
    const files = node.files ? `${fn}_files` : ":";
    return `    ${quoted(node.path)}) flags=${quoted(flagsOf(node).join(" "))}; words=${quoted(wordsOf(node).join(" "))}; [[ "$current" == -* ]] || { ${files}; } ;;`;
  });
  return `# bash completion of ${name}; made by "${name} completion bash"
${fn}_files() {
  local file
  compopt -o filenames 2>/dev/null
  while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$current")
}
${fn}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local at='' word flags='' words='' skip='' index
  COMPREPLY=()
  # "--format=json" arrives as three words.
  if [[ "$current" == '=' ]]; then current=''; elif [[ "$before" == '=' ]]; then before="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    if [[ -n "$skip" ]]; then [[ "$word" == '=' ]] || skip=''; continue; fi
    case "$word" in ${skipped(nodes)}) skip=1; continue ;; esac
    case "$at $word" in
${transitions(nodes, "      ")}
      *) ;;
    esac
  done
  case "$at $before" in
${values.join("\n")}
    *) ;;
  esac
  case "$at" in
${words.join("\n")}
  esac
  if [[ "$current" == -* ]]; then words="$flags"; fi
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}
complete -F ${fn} ${name}
`;
}

/** For `_describe`: "word:what it is", colons within masked. */
const zshItem = (word: string, description: string): string =>
  quoted(`${word.replaceAll(":", "\\:")}:${description.replaceAll(":", "\\:")}`);

function zshScript(name: string, nodes: readonly CommandNode[]): string {
  const fn = `_${identifier(name)}`;
  const values = nodes.flatMap((node) =>
    node.options
      .filter((option) => option.takesValue)
      .map((option) => {
        const pattern = option.names.map((one) => quoted(`${node.path} ${one}`)).join("|");
        const action =
          option.choices.length > 0
            ? `compadd -- ${option.choices.map(quoted).join(" ")}`
            : option.file
              ? "_files"
              : `_message ${quoted(option.description)}`;
        return `    ${pattern}) ${action}; return ;;`;
      }),
  );
  const words = nodes.map((node) => {
    const commands = [
      ...node.commands.flatMap(({ names, description }) => names.map((one) => zshItem(one, description))),
      ...node.words.map((one) => zshItem(one, "")),
    ];
    const flags = node.options.flatMap((option) => option.names.map((one) => zshItem(one, option.description)));
    return `    ${quoted(node.path)}) commands=(${commands.join(" ")}); flags=(${flags.join(" ")}); files=${node.files ? 1 : "''"} ;;`;
  });
  return `#compdef ${name}
# zsh completion of ${name}; made by "${name} completion zsh"
${fn}() {
  local at='' word skip='' files='' index
  local -a commands flags
  local before="\${words[CURRENT-1]}"
  for ((index = 2; index < CURRENT; index++)); do
    word="\${words[index]}"
    if [[ -n "$skip" ]]; then skip=''; continue; fi
    case "$word" in ${skipped(nodes)}) skip=1; continue ;; esac
    case "$at $word" in
${transitions(nodes, "      ")}
      *) ;;
    esac
  done
  case "$at $before" in
${values.join("\n")}
    *) ;;
  esac
  case "$at" in
${words.join("\n")}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o 'option' flags
  else
    (( \${#commands} )) && _describe 'command' commands
    [[ -n "$files" ]] && _files
  fi
}
if [[ "\${funcstack[1]}" == ${fn} ]]; then ${fn} "$@"; else compdef ${fn} ${name}; fi
`;
}

/** In single quotes for fish, where a backslash masks the quote. */
const fishQuoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function fishScript(name: string, nodes: readonly CommandNode[]): string {
  const fn = `__${identifier(name)}_at`;
  const cases = nodes.flatMap((node) =>
    node.commands.map(
      ({ names }) =>
        `      case ${names.map((one) => fishQuoted(`${node.path} ${one}`)).join(" ")}\n        set at ${fishQuoted(`${node.path}/${names[0] ?? ""}`)}`,
    ),
  );
  const lines = nodes.flatMap((node) => {
    const condition = `-n ${fishQuoted(`${fn} ${node.path === "" ? '""' : node.path}`)}`;
    const start = `complete -c ${name} ${condition}`;
    return [
      ...(node.files ? [] : [`${start} -f`]),
      ...node.commands.flatMap(({ names, description }) =>
        names.map((one) => `${start} -a ${fishQuoted(one)} -d ${fishQuoted(description)}`),
      ),
      ...node.words.map((one) => `${start} -a ${fishQuoted(one)}`),
      ...node.options.map((option) => {
        const flags = option.names.map((one) => (one.startsWith("--") ? `-l ${one.slice(2)}` : `-s ${one.slice(1)}`)).join(" ");
        const value = !option.takesValue
          ? ""
          : option.choices.length > 0
            ? ` -x -a ${fishQuoted(option.choices.join(" "))}`
            : option.file
              ? " -r -F"
              : " -x";
        return `${start} ${flags}${value} -d ${fishQuoted(option.description)}`;
      }),
    ];
  });
  return `# fish completion of ${name}; made by "${name} completion fish"
function ${fn}
  set -l at ''
  set -l skip ''
  for word in (commandline -opc)[2..-1]
    if test -n "$skip"
      set skip ''
      continue
    end
    switch "$word"
      case ${skipped(nodes).split("|").map(fishQuoted).join(" ")}
        set skip 1
        continue
    end
    switch "$at $word"
${cases.join("\n")}
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join("\n")}
`;
}

/** The manual pages, from the option table: caisson(8), and caisson-VERB(8) for each verb. Source: man-pages(7). */
import { globalFlags, type PageFlag, pageVerbs, type PageVerb } from './table.js';

const SECTION = 8;

/** Text of a page: a backslash, a hyphen that is typed, and a line that looks like a request. */
function plain(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}

const bold = (text: string): string => `\\fB${plain(text)}\\fR`;
const italic = (text: string): string => `\\fI${plain(text)}\\fR`;

function head(name: string, version: string): string {
  return `.\\" Made from the option table of caisson.\n.TH ${name.toUpperCase()} ${SECTION} "" "caisson ${version}" "caisson"`;
}

function flagEntry({ long, short, value, placeholder, choices, repeats, fallback, help }: PageFlag): string {
  const takes = value === 'none' ? '' : ` ${italic(placeholder)}`;
  const names = [long, ...(short === undefined ? [] : [short])].map((name) => `${bold(name)}${takes}`).join(', ');
  const notes = [
    choices.length > 0 ? `one of ${choices.join(', ')}` : undefined,
    repeats ? 'may be given more than once' : undefined,
    fallback === undefined ? undefined : `default ${fallback}`,
  ].filter((note) => note !== undefined);
  return `.TP\n${names}\n${plain(help)}${notes.length === 0 ? '' : plain(` (${notes.join('; ')})`)}`;
}

function synopsis({ name, flags, args }: PageVerb): string {
  const words = args.map(({ name: arg, kind, optional }) => {
    const word = italic(`${arg.toUpperCase()}${kind === 'words' ? '...' : ''}`);
    return optional ? `[${word}]` : word;
  });
  return [bold('caisson'), '[global flags]', bold(name), ...(flags.length > 0 ? ['[flags]'] : []), ...words].join(' ');
}

function verbPage(verb: PageVerb, version: string): string {
  const { name, summary, flags, examples, failure, stops } = verb;
  const stopping = 'Flags of caisson end at the first argument.';
  const parts = [
    head(`caisson-${name}`, version),
    `.SH NAME\ncaisson\\-${plain(name)} \\- ${plain(summary)}`,
    `.SH SYNOPSIS\n${synopsis(verb)}`,
    `.SH DESCRIPTION\n${plain(summary.slice(0, 1).toUpperCase() + summary.slice(1))}.${stops ? `\n${plain(stopping)}` : ''}`,
    ...(flags.length > 0 ? [`.SH OPTIONS\n${flags.map(flagEntry).join('\n')}`] : []),
    `.SH EXIT STATUS\n0 when it went well, ${failure} when it did not; of what runs in the foreground, its own status, or 128 and the number of the signal that ended it.`,
    ...(examples.length > 0
      ? [`.SH EXAMPLES\n${examples.map(([line, meaning]) => `.TP\n${bold(line)}\n${plain(meaning)}`).join('\n')}`]
      : []),
    '.SH SEE ALSO\n.BR caisson (8)',
  ];
  return `${parts.join('\n')}\n`;
}

function overview(verbs: readonly PageVerb[], version: string): string {
  const commands = verbs.map(
    ({ name, summary }) => `.TP\n.BR caisson\\-${name.replaceAll('-', '\\-')} (${SECTION})\n${plain(summary)}`,
  );
  const parts = [
    head('caisson', version),
    '.SH NAME\ncaisson \\- an OCI container runtime',
    `.SH SYNOPSIS\n${bold('caisson')} [global flags] ${italic('COMMAND')} [flags] [arguments]`,
    `.SH DESCRIPTION\nMakes a running, isolated process of a prepared bundle: a root filesystem and a config.json, as the OCI runtime\nspecification describes them. The command line is that of runc.`,
    `.SH COMMANDS\n${commands.join('\n')}`,
    `.SH GLOBAL FLAGS\nThey stand before the command, and are accepted behind it too.\n${globalFlags().map(flagEntry).join('\n')}`,
    '.SH FILES\n.TP\n.I /run/caisson\nthe state of containers, where \\-\\-root names no other place',
    `.SH ENVIRONMENT\n.TP\n.BR LISTEN_FDS ", " LISTEN_PID\nsockets that create and run pass on to the container's program (${bold('sd_listen_fds')}(3))`,
    `.SH SEE ALSO\n${verbs.map(({ name }) => `.BR caisson\\-${name.replaceAll('-', '\\-')} (${SECTION})`).join(',\n')}`,
  ];
  return `${parts.join('\n')}\n`;
}

/** Every page: the name of its file → its text. */
export function manualPages(version: string): Map<string, string> {
  const verbs = pageVerbs();
  return new Map([
    [`caisson.${SECTION}`, overview(verbs, version)],
    ...verbs.map((verb): [string, string] => [`caisson-${verb.name}.${SECTION}`, verbPage(verb, version)]),
  ]);
}

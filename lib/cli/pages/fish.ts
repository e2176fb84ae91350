/** The completion for fish, from the option table. */
import { globalFlags, type PageFlag, pageVerbs, SIGNALS } from './table.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A line for a flag, offered where a condition holds. */
function line(condition: string, { long, short, value, choices, help }: PageFlag): string {
  const words = ['complete -c caisson', `-n ${quoted(condition)}`, `-l ${long.slice(2)}`];
  if (short !== undefined) words.push(`-s ${short.slice(1)}`);
  if (value === 'file' || value === 'directory') words.push('-r -F');
  if (value === 'choice') words.push(`-x -a ${quoted(choices.join(' '))}`);
  if (value === 'text') words.push('-x');
  return [...words, `-d ${quoted(help)}`].join(' ');
}

/** The text of the file. */
export function fishCompletion(): string {
  const verbs = pageVerbs();
  const none = '__caisson_is ""';
  const lines = [
    'complete -c caisson -f',
    ...globalFlags().map((flag) => line(none, flag)),
    ...verbs.map(({ name, summary }) => `complete -c caisson -n ${quoted(none)} -a ${name} -d ${quoted(summary)}`),
    ...verbs.flatMap(({ name, flags }) => flags.map((flag) => line(`__caisson_is ${name}`, flag))),
    ...verbs
      .filter(({ known }) => known)
      .map(
        ({ name }) =>
          `complete -c caisson -n ${quoted(`__caisson_is ${name}; and __caisson_at 0`)} -a '(__caisson_ids)'`,
      ),
    `complete -c caisson -n '__caisson_is kill; and __caisson_at 1' -a ${quoted(SIGNALS.join(' '))}`,
  ];
  const valued = globalFlags().filter(({ value }) => value !== 'none');
  return `# Completion of caisson for fish, made from its option table.

# The words that are no flags; those before the command need not be looked at further.
function __caisson_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${valued.map(({ long }) => long).join(' ')}
                set skip 1
            case '-*'
            case '*'
                echo $word
        end
    end
end

function __caisson_is
    set -l words (__caisson_words)
    test "$words[1]" = "$argv[1]"
end

function __caisson_at
    test (count (__caisson_words)) = (math $argv[1] + 1)
end

function __caisson_ids
    set -l words (commandline -opc)
    set -l at (contains -i -- --root $words)
    if test -n "$at"
        caisson --root $words[(math $at + 1)] list --quiet 2>/dev/null
    else
        caisson list --quiet 2>/dev/null
    end
end

${lines.join('\n')}
`;
}

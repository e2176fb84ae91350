/** The completion for bash, from the option table. Needs nothing of the package bash-completion. */
import { globalFlags, type PageFlag, pageVerbs, SIGNALS, type ValueKind } from './table.js';

/** `verb --flag` patterns of a shell's `case` for the flags with some kind of value; of the global ones before any verb. */
function patterns(kind: ValueKind, only?: PageFlag): string[] {
  const wanted = (flag: PageFlag) => flag.value === kind && (only === undefined || flag.long === only.long);
  const words = ({ long, short }: PageFlag) => (short === undefined ? [long] : [long, short]);
  return [
    ...globalFlags()
      .filter(wanted)
      .flatMap((flag) => words(flag).map((word) => `*" ${word}"`)),
    ...pageVerbs().flatMap(({ name, flags }) =>
      flags.filter(wanted).flatMap((flag) => words(flag).map((word) => `"${name} ${word}"`)),
    ),
  ];
}

function choices(): string[] {
  const all = [...globalFlags(), ...pageVerbs().flatMap(({ flags }) => flags)].filter(
    ({ value }) => value === 'choice',
  );
  const seen = new Map(all.map((flag) => [flag.long, flag]));
  return [...seen.values()].map(
    (flag) =>
      `    ${patterns('choice', flag).join('|')}) COMPREPLY=($(compgen -W '${flag.choices.join(' ')}' -- "$cur")); return ;;`,
  );
}

const flagWords = (flags: readonly PageFlag[]): string =>
  flags.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short])).join(' ');

/** The text of the file. */
export function bashCompletion(): string {
  const verbs = pageVerbs();
  const valued = (['file', 'directory', 'choice', 'text'] as const).flatMap((kind) => patterns(kind));
  const known = verbs.filter((verb) => verb.known).map(({ name }) => `"${name} 0"`);
  return `# Completion of caisson for bash, made from its option table.

_caisson() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} verb= root= word at position=0
  COMPREPLY=()
  # bash takes --flag=value for three words.
  if [[ $cur == '=' ]]; then cur=; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    case "$verb $word" in
      ${valued.join('|')})
        if [[ \${COMP_WORDS[at + 1]} == '=' ]]; then ((at++)); fi
        if [[ $word == --root ]] && ((at + 1 < COMP_CWORD)); then root=\${COMP_WORDS[at + 1]}; fi
        ((at++)) ;;
      *' -'*) ;;
      *) if [[ -z $verb ]]; then verb=$word; else ((position++)); fi ;;
    esac
  done
  case "$verb $prev" in
    ${patterns('directory').join('|')}) COMPREPLY=($(compgen -d -- "$cur")); return ;;
    ${patterns('file').join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
${choices().join('\n')}
    ${patterns('text').join('|')}) return ;;
  esac
  if [[ $cur == -* ]]; then
    case $verb in
${verbs.map(({ name, flags, stops }) => `      ${name}) ${stops ? '((position > 0)) || ' : ''}COMPREPLY=($(compgen -W '${flagWords(flags)} --help' -- "$cur")) ;;`).join('\n')}
      '') COMPREPLY=($(compgen -W '${flagWords(globalFlags())}' -- "$cur")) ;;
    esac
    return
  fi
  case "$verb $position" in
    ' 0') COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')} help' -- "$cur")) ;;
    'help 0') COMPREPLY=($(compgen -W '${verbs.map(({ name }) => name).join(' ')}' -- "$cur")) ;;
    'kill 1') COMPREPLY=($(compgen -W '${SIGNALS.join(' ')}' -- "$cur")) ;;
    ${known.join('|')})
      COMPREPLY=($(compgen -W "$(caisson \${root:+--root "$root"} list --quiet 2>/dev/null)" -- "$cur")) ;;
  esac
}

complete -o default -F _caisson caisson
`;
}

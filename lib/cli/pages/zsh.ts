/** The completion for zsh, from the option table. */
import { globalFlags, type PageFlag, pageVerbs, type PageVerb, SIGNALS } from './table.js';

const ACTIONS = { file: '_files', directory: '_directories', text: ' ' } as const;

/** In single quotes, where brackets and colons have a meaning. */
function described(text: string): string {
  return text.replaceAll("'", '’').replaceAll('[', '\\[').replaceAll(']', '\\]').replaceAll(':', '\\:');
}

/** Specifications for _arguments, a word each. */
function specifications({ long, short, value, placeholder, choices, repeats, help }: PageFlag): string[] {
  const action = value === 'choice' ? `(${choices.join(' ')})` : value === 'none' ? '' : ACTIONS[value];
  const takes = value === 'none' ? '' : `:${described(placeholder)}:${action}`;
  const star = repeats ? '*' : '';
  const words = [`'${star}${long}${value === 'none' ? '' : '='}[${described(help)}]${takes}'`];
  if (short !== undefined) words.push(`'${star}${short}${value === 'none' ? '' : '+'}[${described(help)}]${takes}'`);
  return words;
}

function argumentWords({ args, known }: PageVerb): string[] {
  return args.map(({ name, kind, optional }) => {
    const colon = optional ? '::' : ':';
    if (kind === 'words') return `'*::${name}:_normal'`;
    if (kind === 'id') return `'${colon}${name}:${known ? '_caisson_ids' : ' '}'`;
    return `'${colon}${name}:${kind === 'signal' ? `(${SIGNALS.join(' ')})` : '_files'}'`;
  });
}

function branch(verb: PageVerb): string {
  const words = [...verb.flags.flatMap(specifications), `'--help[print help]'`, ...argumentWords(verb)];
  return `        ${verb.name})\n          _arguments -S ${verb.stops ? '-A "-*" ' : ''}\\\n            ${words.join(' \\\n            ')} ;;`;
}

/** The text of the file `_caisson`. */
export function zshCompletion(): string {
  const verbs = pageVerbs();
  return `#compdef caisson
# Completion of caisson for zsh, made from its option table.

_caisson_ids() {
  local -a ids
  ids=(\${(f)"$(caisson \${root:+--root=$root} list --quiet 2>/dev/null)"})
  compadd -a ids
}

_caisson() {
  local context state state_descr line
  local -a commands
  typeset -A opt_args
  _arguments -C -S \\
    ${globalFlags().flatMap(specifications).join(' \\\n    ')} \\
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      commands=(
${verbs.map(({ name, summary }) => `        '${name}:${described(summary)}'`).join('\n')}
      )
      _describe command commands ;;
    argument)
      local root=\${opt_args[--root]}
      case $words[1] in
${verbs.map(branch).join('\n')}
      esac ;;
  esac
}

if [[ $funcstack[1] == _caisson ]]; then _caisson "$@"; else compdef _caisson caisson; fi
`;
}

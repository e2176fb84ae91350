/** `--help`, made by yargs from the option table. Loaded only when somebody asks. */
import yargs, { type Argv, type Options } from 'yargs';
import { flagName } from './flags.js';
import { GLOBAL_FLAGS, type Arguments, type Flag, type Flags, type Verb } from './options.js';
import { VERBS, type VerbName } from './verbs.js';
import type { World } from './world.js';

const WIDTH = 100;
const LATER = 'not supported yet';

/** Prints the help of a verb, or of caisson when there is none. */
export async function printHelp(topic: VerbName | undefined, world: World): Promise<number> {
  const page = topic === undefined ? overview() : verbPage(topic, VERBS[topic]());
  world.print(1, `${await page.getHelp()}\n`);
  return 0;
}

/** A parser with nothing of yargs' own: no language of the environment, no width of a terminal, no flags. */
function blank(usage: string): Argv {
  return yargs([]).scriptName('caisson').locale('en').wrap(WIDTH).help(false).version(false).usage(usage);
}

function overview(): Argv {
  const page = blank('caisson [flags] COMMAND\n\nAn OCI container runtime.');
  for (const [name, table] of Object.entries<() => Verb>(VERBS)) {
    const verb = table();
    const arguments_ = argumentWords(verb.args);
    page.command(`${name}${arguments_}`, verb.supported === false ? `${verb.summary} [${LATER}]` : verb.summary);
  }
  addFlags(page, GLOBAL_FLAGS, 'Flags:');
  return page
    .example('caisson spec', 'write a config.json into the current directory')
    .example('caisson run demo', 'run the bundle in the current directory as the container demo')
    .epilogue('caisson COMMAND --help tells about one command.');
}

function verbPage(name: VerbName, verb: Verb): Argv {
  const flags = Object.keys(verb.flags).length > 0 ? ' [flags]' : '';
  const later = verb.supported === false ? `\n\nThis command is ${LATER}.` : '';
  const page = blank(`caisson ${name}${flags}${argumentWords(verb.args)}\n\n${sentence(verb.summary)}${later}`);
  addFlags(page, verb.flags, 'Flags:');
  for (const [command, meaning] of verb.examples ?? []) page.example(command, meaning);
  return page.epilogue('caisson --help lists the flags that stand before the command.');
}

function addFlags(page: Argv, flags: Flags, group: string): void {
  for (const [name, flag] of Object.entries(flags)) {
    page.option(flagName(name), optionOf(flag));
    page.group(flagName(name), group);
  }
}

function optionOf(flag: Flag): Options {
  const option: Options = { describe: flag.supported === false ? `${flag.help} [${LATER}]` : flag.help };
  if (flag.short !== undefined) option.alias = flag.short;
  if (flag.choices !== undefined) option.choices = flag.choices;
  if (flag.fallback !== undefined) option.default = flag.fallback;
  return { ...option, ...typeOf(flag) };
}

function typeOf(flag: Flag): Options {
  if (flag.kind === 'boolean' || flag.kind === 'help' || flag.kind === 'version') return { type: 'boolean' };
  return { type: flag.kind === 'number' ? 'number' : 'string', requiresArg: true };
}

/** ` ID [SIGNAL]` */
function argumentWords(args: Arguments): string {
  const words = Object.entries(args).map(([name, { kind, optional }]) => {
    const word = kind === 'words' ? `${name.toUpperCase()}...` : name.toUpperCase();
    return optional === true ? ` [${word}]` : ` ${word}`;
  });
  return words.join('');
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

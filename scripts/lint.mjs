// Types and lint in one process (a part of `npm run check`): lint asks the compiler for types anyway, and so both cost
// little more than one. Started by scripts/check.mjs; needs node_modules.

import { ESLint } from 'eslint';
import ts from 'typescript';
import { at, root } from './lib/project.mjs';
import { Failed, script } from './lib/run.mjs';

const host = { getCurrentDirectory: () => root, getCanonicalFileName: String, getNewLine: () => '\n' };

/** @throws {Failed} if tsconfig.json cannot be read */
function readProject() {
  const parsed = ts.getParsedCommandLineOfConfigFile(at('tsconfig.json'), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Failed(ts.formatDiagnostic(diagnostic, host));
    },
  });
  if (!parsed) throw new Failed('there is no tsconfig.json');
  return ts.createProgram({
    rootNames: parsed.fileNames,
    options: parsed.options,
    configFileParsingDiagnostics: parsed.errors,
  });
}

/** @param {ts.Program} program */
async function lint(program) {
  const eslint = new ESLint({
    cwd: root,
    overrideConfig: { languageOptions: { parserOptions: { projectService: false, programs: [program] } } },
  });
  const results = await eslint.lintFiles(['.']);
  const formatter = await eslint.loadFormatter('stylish');
  return formatter.format(results);
}

await script(async () => {
  const program = readProject();
  const types = ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), host);
  const complaints = `${types}${await lint(program)}`;
  if (complaints !== '') throw new Failed(complaints.trimEnd());
});

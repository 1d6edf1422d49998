import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { formatSchedule, parseSchedule } from '../../src/domain/index.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');

/** The blocks of a page in one language. */
function blocks(page: string, language: string): string[] {
  const text = readFileSync(resolve(DOCS, page), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, block]) => block!);
}

it('every schedule that the page shows can be read, and so can those in its commands', () => {
  const shown = blocks('schedules.md', 'schedule').flatMap((block) => block.trim().split('\n'));
  const pages = ['schedules.md', 'plans.md'];
  const inCommands = pages
    .flatMap((page) => blocks(page, 'sh'))
    .flatMap((block) => [...block.matchAll(/--at "([^"]+)"/g)].map(([, text]) => text!));
  expect(shown.length + inCommands.length).toBeGreaterThan(8);
  for (const text of [...shown, ...inCommands])
    expect(parseSchedule(formatSchedule(parseSchedule(text)))).toEqual(parseSchedule(text));
});

it('the plan and the step that the page shows are such by the types', () => {
  const [example, hook, other] = blocks('plans.md', 'ts');
  expect(other).toBeUndefined();
  const step = `import type { PlanStep } from 'sihwang/plan';\nexport const step: PlanStep = ${hook};`;
  const file = resolve(DOCS, 'example-plan.ts');
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true, types: ['node'] },
    ...{ target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    paths: { 'sihwang/plan': [resolve(DOCS, '../src/pipeline/plans/plan.ts')] },
  };
  /** What the compiler says of a text in the place of the example. */
  const faults = (text: string): string[] => {
    const host = ts.createCompilerHost(options);
    const { fileExists, getSourceFile } = host;
    host.fileExists = (name) => name === file || fileExists(name);
    host.getSourceFile = (name, target, ...rest) =>
      name === file ? ts.createSourceFile(name, text, target) : getSourceFile(name, target, ...rest);
    return ts
      .getPreEmitDiagnostics(ts.createProgram([file], options, host))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  };
  expect(faults(example!)).toEqual([]);
  expect(faults(step)).toEqual([]);
  expect(faults(step.replace("id: 'tell'", 'id: 7'))).not.toEqual([]);
  expect(faults(example!.replace("name: 'platform-only'", 'name: 7'))).not.toEqual([]);
});

import { readFileSync, writeFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { DEFAULTS, readSettings, type Settings } from './stack/settings.ts';
import { SihwangStack } from './stack/sihwang-stack.ts';

/** Synthesises without network or account. `--check` holds the template that is kept to what would be written. */
const KEPT = new URL('template.json', import.meta.url);

const app = new App();
const context = (key: string): string | undefined => app.node.tryGetContext(key) as string | undefined;
const settings = settingsOrEnd();
new SihwangStack(app, settings.name, settings);
const { template } = app.synth().getStackByName(settings.name);
const text = `${JSON.stringify(template, null, 1)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(KEPT, 'utf8') !== text) {
    console.error('infra/template.json is not what the stack gives; run npm run synth');
    process.exitCode = 1;
  }
} else if (process.argv.includes('--print')) process.stdout.write(text);
else {
  writeFileSync(KEPT, text);
  console.log(`infra/template.json: ${Object.keys(template.Resources as object).length} resources`);
}

function settingsOrEnd(): Settings {
  try {
    return readSettings(Object.fromEntries(Object.keys(DEFAULTS).map((key) => [key, context(key)])));
  } catch (error) {
    console.error(`infra: ${(error as Error).message}`);
    process.exit(78);
  }
}

// Compiles the AssemblyScript kernels: each src/models/kernels/asm/NAME.ts becomes src/models/kernels/NAME-wasm.ts, which
// holds the bytes as text so that one import works in Node, in a worker and in a browser. The results are committed;
// --check fails when one of them is not what its source compiles to.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import asc from 'assemblyscript/asc';

const HOME = 'src/models/kernels';
const check = process.argv.includes('--check');
const stale = [];

const sources = existsSync(join(HOME, 'asm')) ? readdirSync(join(HOME, 'asm')) : [];
for (const file of sources.filter((name) => name.endsWith('.ts'))) {
  const name = basename(file, '.ts');
  const bytes = await compile(join(HOME, 'asm', file));
  const text = [
    `// Compiled from asm/${file} by npm run kernels:build; do not edit.`,
    `export const ${camel(name)}Wasm =`,
    `  '${Buffer.from(bytes).toString('base64')}';`,
    '',
  ].join('\n');
  const target = join(HOME, `${name}-wasm.ts`);
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
  if (check) stale.push(target);
  else {
    writeFileSync(target, text);
    console.log(`${target}: ${bytes.length} bytes`);
  }
}
if (stale.length > 0) {
  console.error(`not what their sources compile to: ${stale.join(', ')}; run npm run kernels:build`);
  process.exit(1);
}

async function compile(path) {
  let bytes;
  // a first line '// asc: --flag value' adds what only this kernel needs, as memory shared between threads
  const flags = /^\/\/ asc: (.*)/.exec(readFileSync(path, 'utf8'))?.[1]?.split(' ') ?? [];
  const { error, stderr } = await asc.main(
    [
      path,
      '-O3',
      '--runtime',
      'stub',
      '--noAssert',
      '--enable',
      'simd',
      '--importMemory',
      ...flags,
      '--outFile',
      'out.wasm',
    ],
    {
      readFile: (name) => (existsSync(name) ? readFileSync(name, 'utf8') : null),
      writeFile: (_name, content) => {
        bytes = content;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${path} does not compile: ${error.message}\n${stderr.toString()}`);
  return bytes;
}

function camel(name) {
  return name.replace(/-([a-z])/g, (_match, letter) => letter.toUpperCase());
}

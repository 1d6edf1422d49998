// What is held to at every commit, all at once: npm run check. Each part's words are printed as a whole when it ends.
import { spawn } from 'node:child_process';

/** Scripts of package.json, the longest first; what each holds the sources to is its name. */
const PARTS = ['check:types', 'check:style', 'check:imports', 'check:unused', 'docs:check', 'kernels:check'];

const codes = await Promise.all(PARTS.map(run));
const failed = PARTS.filter((_, at) => codes[at] !== 0);
if (failed.length > 0) console.error(`── failed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

/** The exit code of a script of package.json; null when a signal ended it. */
function run(name) {
  const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      words += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (words.trim() !== '') console.log(`── ${name}\n${words.trimEnd()}`);
      resolve(code);
    });
  });
}

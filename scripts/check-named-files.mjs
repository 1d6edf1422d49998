// Fails where ARCHITECTURE.md names a source file that is not there. A name is the end of a path: `forecast/gate.ts`.
import { readdirSync, readFileSync } from 'node:fs';

const DOCUMENT = 'ARCHITECTURE.md';
const files = readdirSync('src', { recursive: true }).map((path) => `/src/${path.replaceAll('\\', '/')}`);
const named = [...readFileSync(DOCUMENT, 'utf8').matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, name]) => name);
const missing = [...new Set(named)].filter((name) => !files.some((path) => path.endsWith(`/${name}`)));
if (missing.length > 0) {
  console.error(`${DOCUMENT} names files that are not there: ${missing.join(', ')}`);
  process.exitCode = 1;
}

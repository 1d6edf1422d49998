// Draws ARCHITECTURE.md's picture and matrix of the rooms from what the code really imports.
// `--check` fails when the document and the code differ; without it the document is rewritten.
import { readFileSync, writeFileSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';

const DOCUMENT = 'ARCHITECTURE.md';
const allowed = JSON.parse(readFileSync('rooms.json', 'utf8'));
const rooms = Object.keys(allowed);
const roomOf = (path) => /^src\/([^/]+)\//.exec(path)?.[1];

const { output } = await cruise(['src'], {
  tsPreCompilationDeps: true,
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '\\.test\\.tsx?$' },
});
const edges = new Set();
for (const { source, dependencies } of output.modules) {
  for (const { resolved } of dependencies) {
    const [from, to] = [roomOf(source), roomOf(resolved)];
    if (from && to && from !== to && rooms.includes(from)) edges.add(`${from} ${to}`);
  }
}

function picture() {
  const arrows = [...edges].sort().map((edge) => `  ${edge.replace(' ', ' --> ')}`);
  return ['```mermaid', 'flowchart LR', ...arrows, '```'].join('\n');
}

function matrix() {
  const rows = rooms.map((room) => {
    const may = allowed[room].map((other) => (edges.has(`${room} ${other}`) ? `**${other}**` : other));
    return `| ${room} | ${may.join(', ') || 'nothing of ours'} |`;
  });
  return ['| room | may import (bold: does today) |', '|---|---|', ...rows].join('\n');
}

function replaceBetween(text, name, body) {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < 0) throw new Error(`${DOCUMENT} has no place marked ${open} … ${close}`);
  return `${text.slice(0, start + open.length)}\n${body}\n${text.slice(end)}`;
}

const before = readFileSync(DOCUMENT, 'utf8');
const after = replaceBetween(replaceBetween(before, 'rooms-picture', picture()), 'rooms-matrix', matrix());
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error(`${DOCUMENT} no longer shows what the code imports; run npm run docs:draw`);
    process.exit(1);
  }
} else writeFileSync(DOCUMENT, after);

/**
 * The rooms of the house and who may enter which. An allow list: what is not written here is forbidden.
 * ARCHITECTURE.md prints the same matrix; `npm run docs:check` compares the two.
 */
const rooms = require('./rooms.json');

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `${room} may import ${allowed.length ? allowed.join(', ') : 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: '\\.test\\.tsx?$' },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'front-door',
      comment:
        "another room is entered only through its index.ts (the web sees the API contract's types alone); a large one has a door a part, so that a command loads no more than it needs",
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '\\.test\\.tsx?$' },
      to: {
        path: '^src/([^/]+)/.+',
        pathNot: [
          '^src/$1/',
          '^src/[^/]+/index\\.ts$',
          '^src/api/contract\\.ts$',
          '^src/(tasks/[^/]+|pipeline/(forecasting|runs))/index\\.ts$',
        ],
      },
    },
    {
      name: 'web-sees-the-contract-only',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: '^src/api/', pathNot: '^src/api/contract\\.ts$' },
    },
    {
      name: 'pure-rooms',
      comment: 'pure rooms do no input or output',
      severity: 'error',
      from: { path: '^src/(domain|models|evaluate|forecast|show)/', pathNot: '\\.test\\.tsx?$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'duckdb-lives-in-the-lake',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/lake/', '\\.test\\.tsx?$'] },
      to: { path: 'node_modules/@duckdb/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};

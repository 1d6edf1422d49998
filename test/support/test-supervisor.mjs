// The supervisor, dying at a kill point only when a test means it and not its controller.
delete process.env.SIHWANG_KILL_AT;
if (process.env.SIHWANG_KILL_ROLE === 'supervisor')
  process.env.SIHWANG_KILL_AT = process.env.SIHWANG_KILL_POINT;
await import('../../dist/jobs/runners/local/supervisor-main.js');

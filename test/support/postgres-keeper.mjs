// Keeps one PostgreSQL for a whole test run: node postgres-keeper.mjs RUN_PID CLUSTER_JSON STOP_FILE.
// The server ends with the run, also when the run was killed, and takes its folder with it.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

const [runPid, cluster, runFolder] = process.argv.slice(2);
const { folder, command, arguments: args, options } = JSON.parse(cluster);
const server = spawn(command, args, { ...options, stdio: 'ignore' });

function alive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

setInterval(() => {
  if (!alive(Number(runPid))) server.kill('SIGINT');
}, 500);
server.once('exit', () => {
  for (const path of [folder, runFolder]) rmSync(path, { recursive: true, force: true });
  process.exit();
});

// Uses the records of a home until it is told to end: node records-user.mjs HOME_PATH HOME_ID [PROGRAMS].
// Prints the server's address as one line when they are open; a line on standard input closes them.
import { openRecords } from '../../dist/records/index.js';

const [path, id, programs] = process.argv.slice(2);
const records = await openRecords({ path, id }, { databaseUrl: '', programs });
process.stdout.write(`${new URL(records.url).host}\n`);
process.stdin.once('data', async () => {
  await records.close();
  process.exit();
});

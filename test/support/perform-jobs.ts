import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JobOutcome, type JobSpec, jobKey, jobName, jobSha256 } from '../../src/jobs/index.ts';
import { openSnapshot } from '../../src/lake/index.ts';
import { itemsOfShard } from '../../src/pipeline/forecasting/shards.ts';
import type { Store } from '../../src/store/index.ts';
import { computedBy, performTask } from '../../src/tasks/index.ts';
import { taskRun } from './task-run.ts';

/** Does jobs in this process, one after the other, and leaves what a worker would leave. */
export async function performJobs(store: Store, specs: readonly JobSpec[]): Promise<JobOutcome[]> {
  const ends: JobOutcome[] = [];
  for (const spec of specs) {
    const { job, placement } = spec;
    const snapshot = await openSnapshot(store, job.snapshotSha256!);
    const items = job.shard && (await itemsOfShard(store, job.shard.itemsSha256));
    const folder = mkdtempSync(join(tmpdir(), 'sihwang-perform-'));
    const { files, metrics } = await performTask({ ...taskRun(snapshot, { ...job, items }), folder });
    snapshot.close();
    const outputs = [];
    for (const { name, bytes: held, path } of files) {
      const bytes = held ?? readFileSync(path);
      const key = `${placement.result}out/1-1-test/${name}`;
      await store.put(key, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      outputs.push({ name, key, bytes: bytes.length, sha256 });
    }
    rmSync(folder, { recursive: true });
    const at = '2026-01-05T00:00:00.000Z';
    const manifest = {
      ...{
        v: 1 as const,
        jobSha256: jobSha256(job),
        spec,
        gen: 1,
        attempt: 1,
        writer: 'test',
        providerId: null,
      },
      ...{ outputs, metrics, computedBy: { ...computedBy() }, startedAt: at, endedAt: at },
    };
    await store.put(`${placement.result}manifest.json`, Buffer.from(JSON.stringify(manifest)));
    const key = jobKey(placement.home, placement.run, manifest.jobSha256);
    ends.push({
      ...{ key, name: jobName(key, 1), jobSha256: manifest.jobSha256, shard: job.shard },
      ...{ state: 'SUCCEEDED', manifest },
      ...{ errorClass: null, error: null },
    });
  }
  return ends;
}

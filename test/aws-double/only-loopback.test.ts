import { spawnSync } from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import tls from 'node:tls';
import { BatchClient, DescribeJobsCommand, SubmitJobCommand } from '@aws-sdk/client-batch';
import { describe, expect, it } from 'vitest';
import { startAwsDouble } from './aws-double.ts';
import { clientsOf } from './clients.ts';
import { callsOutside } from './launch/preloads.ts';

/** An address that documents use and nobody has. */
const NOBODY = '192.0.2.1';
const ASK = `require('node:net').connect(443, '${NOBODY}').on('error', () => process.exit(0))`;
/** What was asked outside since the last time: whoever takes it answers for it, and the test does not fail. */
const taken = () => callsOutside(process.env.DOUBLE_CALLS_OUTSIDE!).map((call) => call.split(', by ')[0]!);

const failed = (socket: net.Socket): Promise<Error> =>
  new Promise((resolve, reject) => {
    socket.once('error', resolve);
    socket.once('connect', () => reject(new Error('it was let out')));
  });

describe('check 17: no call outside loopback', () => {
  it('is let out, and each is noted, whoever makes it and whatever becomes of its error', async () => {
    const asked = `a connection to ${NOBODY}:443`;
    await failed(net.connect(443, NOBODY));
    await failed(new net.Socket().connect({ port: 443, host: NOBODY }));
    await failed(tls.connect(443, NOBODY));
    expect(taken()).toEqual([asked, asked, asked]);
    await expect(fetch(`https://${NOBODY}/`)).rejects.toThrow();
    expect(taken()).toEqual([asked]);
    const client = new BatchClient({
      ...{ region: 'ap-northeast-2', maxAttempts: 1 },
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await expect(client.send(new DescribeJobsCommand({ jobs: ['x'] }))).rejects.toThrow();
    client.destroy();
    expect(taken()).toEqual(['a connection to batch.ap-northeast-2.amazonaws.com:443']);
    await new Promise((resolve) => dns.lookup('example.com', resolve));
    await expect(dns.promises.resolve4('example.com')).rejects.toThrow();
    expect(taken()).toEqual(['a question of example.com', 'a question of example.com']);
    const socket = dgram.createSocket('udp4');
    expect(() => socket.send('x', 53, NOBODY)).toThrow();
    socket.close();
    expect(taken()).toEqual([`a datagram to ${NOBODY}`]);
    spawnSync(process.execPath, ['-e', ASK]);
    const inThread = `new (require('node:worker_threads').Worker)(${JSON.stringify(ASK)}, { eval: true })`;
    spawnSync(process.execPath, ['-e', inThread]);
    expect(taken()).toEqual([asked, asked]);
  });

  it('goes by from a container: the double says so when it closes', async () => {
    const double = await startAwsDouble({ queues: { queue: 1 } });
    const { batch } = clientsOf(double);
    const definition = double.batch.definitions.register(
      {
        ...{ jobDefinitionName: 'worker', type: 'container' },
        containerProperties: { image: 'none', command: [process.execPath, '-e', ASK] },
      } as never,
      '{}',
    );
    const { jobDefinitionArn: jobDefinition } = definition;
    await batch.send(new SubmitJobCommand({ jobName: 'job', jobQueue: 'queue', jobDefinition }));
    const [job] = double.batch.jobs.values();
    while (job!.state !== 'SUCCEEDED') await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(double.close()).rejects.toThrow(`a connection to ${NOBODY}:443`);
    expect(taken()).toEqual([]);
  });

  it('is not the way within this machine', async () => {
    const double = await startAwsDouble();
    const { port } = new URL(double.endpoint);
    expect((await fetch(`http://localhost:${port}/`)).status).toBe(403);
    await double.close();
    expect(taken()).toEqual([]);
  });
});

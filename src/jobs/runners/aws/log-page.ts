import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { awsConfig } from '../../../store/index.ts';
import type { LogPage } from '../../runner.ts';

/** One page of a CloudWatch stream, from its head or from where `cursor` left off; a stream that is not there has no lines. */
export async function readLogPage(group: string, stream: string, cursor: string): Promise<LogPage> {
  return withLogs({ lines: [], cursor }, (client) => pageOf(client, group, stream, cursor));
}

/**
 * The next page of all streams whose names begin so, one after another: a training that is started again writes another.
 * The cursor is the stream and the place in it.
 */
export async function readLogStreams(group: string, prefix: string, cursor: string): Promise<LogPage> {
  return withLogs({ lines: [], cursor }, async (client) => {
    const { logStreams = [] } = await client.send(
      new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: prefix }),
    );
    const names = logStreams.flatMap(({ logStreamName }) => logStreamName ?? []).sort();
    const at = cursor.indexOf(' ');
    let stream = at < 0 ? names[0] : cursor.slice(0, at);
    let token = at < 0 ? '' : cursor.slice(at + 1);
    while (stream !== undefined) {
      const page = await pageOf(client, group, stream, token);
      if (page.lines.length > 0) return { lines: page.lines, cursor: `${stream} ${page.cursor}` };
      const read = `${stream} ${page.cursor}`;
      const current = stream;
      stream = names.find((name) => name > current);
      token = '';
      if (stream === undefined) return { lines: [], cursor: read };
    }
    return { lines: [], cursor };
  });
}

async function pageOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
  cursor: string,
): Promise<LogPage> {
  const page = await client.send(
    new GetLogEventsCommand({
      logGroupName,
      logStreamName,
      startFromHead: true,
      ...(cursor === '' ? {} : { nextToken: cursor }),
    }),
  );
  return {
    lines: (page.events ?? []).flatMap(({ message }) => message ?? []),
    cursor: page.nextForwardToken ?? cursor,
  };
}

async function withLogs(
  nothing: LogPage,
  read: (client: CloudWatchLogsClient) => Promise<LogPage>,
): Promise<LogPage> {
  const client = new CloudWatchLogsClient(awsConfig());
  try {
    return await read(client);
  } catch (error) {
    // a job that never began has written nothing
    if ((error as Error).name === 'ResourceNotFoundException') return nothing;
    throw error;
  } finally {
    client.destroy();
  }
}

import {
  CloudWatchLogsClient,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { awsConfig } from '../../../store/index.ts';
import type { LogPage } from '../../runner.ts';

/**
 * The next page of these streams, one after another, from where `cursor` left off: it is the stream and the place in it. A
 * stream that is not there has no lines.
 */
export async function readLogStreams(
  group: string,
  streams: readonly string[],
  cursor: string,
): Promise<LogPage> {
  return withLogs((client) => pageAfter(client, group, streams, cursor));
}

/** The same of all streams whose names begin so: a training that is started again writes another. */
export async function readStreamsNamed(group: string, prefix: string, cursor: string): Promise<LogPage> {
  return withLogs(async (client) => {
    const found = await unlessMissing(
      client.send(new DescribeLogStreamsCommand({ logGroupName: group, logStreamNamePrefix: prefix })),
    );
    const names = (found?.logStreams ?? []).flatMap(({ logStreamName }) => logStreamName ?? []).sort();
    return pageAfter(client, group, names, cursor);
  });
}

async function pageAfter(
  client: CloudWatchLogsClient,
  group: string,
  streams: readonly string[],
  cursor: string,
): Promise<LogPage> {
  const space = cursor.indexOf(' ');
  const begun = streams.indexOf(cursor.slice(0, Math.max(0, space)));
  let read = cursor;
  for (const [at, stream] of streams.entries()) {
    if (at < begun) continue;
    const token = at === begun ? cursor.slice(space + 1) : '';
    const page = await pageOf(client, group, stream, token);
    read = `${stream} ${page.cursor}`;
    if (page.lines.length > 0) return { lines: page.lines, cursor: read };
  }
  return { lines: [], cursor: read };
}

async function pageOf(
  client: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
  cursor: string,
): Promise<LogPage> {
  const page = await unlessMissing(
    client.send(
      new GetLogEventsCommand({
        logGroupName,
        logStreamName,
        startFromHead: true,
        ...(cursor === '' ? {} : { nextToken: cursor }),
      }),
    ),
  );
  return {
    lines: (page?.events ?? []).flatMap(({ message }) => message ?? []),
    cursor: page?.nextForwardToken ?? cursor,
  };
}

/** A job that never began has written nothing. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: Error) => {
    if (error.name === 'ResourceNotFoundException') return null;
    throw error;
  });
}

async function withLogs(read: (client: CloudWatchLogsClient) => Promise<LogPage>): Promise<LogPage> {
  const client = new CloudWatchLogsClient(awsConfig());
  try {
    return await read(client);
  } finally {
    client.destroy();
  }
}

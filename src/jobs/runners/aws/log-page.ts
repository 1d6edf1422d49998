import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { awsConfig } from '../../../store/index.ts';
import type { LogPage } from '../../runner.ts';

/** One page of a CloudWatch stream, from its head or from where `cursor` left off; a stream that is not there has no lines. */
export async function readLogPage(group: string, stream: string, cursor: string): Promise<LogPage> {
  return withLogs({ lines: [], cursor }, (client) => pageOf(client, group, stream, cursor));
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

import { Refusal } from '../wire/refusal.ts';

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

/** What containers wrote, by group and stream, as CloudWatch Logs keeps it. */
export class LogStreams {
  private readonly groups = new Map<string, Map<string, Line[]>>();
  /** Days for which a group keeps its lines; of a group that is not here it is for ever. */
  readonly retentionDays = new Map<string, number>();

  append(group: string, stream: string, message: string, timestamp: number): void {
    const streams = this.groups.get(group) ?? new Map<string, Line[]>();
    this.groups.set(group, streams);
    const lines = streams.get(stream);
    if (lines) lines.push({ timestamp, message });
    else streams.set(stream, [{ timestamp, message }]);
  }

  streamsOf(group: string, prefix = ''): readonly string[] {
    return [...this.groupOf(group).keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  groupsOf(prefix = ''): readonly string[] {
    return [...this.groups.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  linesOf(group: string, stream: string): readonly Line[] {
    const lines = this.groupOf(group).get(stream);
    if (!lines) throw notFound('The specified log stream does not exist.');
    return lines;
  }

  private groupOf(group: string): ReadonlyMap<string, readonly Line[]> {
    const streams = this.groups.get(group);
    if (!streams) throw notFound('The specified log group does not exist.');
    return streams;
  }
}

function notFound(message: string): Refusal {
  return new Refusal(400, 'ResourceNotFoundException', message);
}

const PAGE = 10_000;

interface GetLogEvents {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly nextToken?: string;
  readonly startFromHead?: boolean;
  readonly limit?: number;
}

/** The Logs operations. The end of a stream is told by the same forward token twice. */
export function logHandlers(logs: LogStreams) {
  return {
    GetLogEvents: ({ logGroupName, logStreamName, nextToken, startFromHead, limit = PAGE }: GetLogEvents) => {
      const lines = logs.linesOf(logGroupName, logStreamName);
      const [direction, place] = nextToken?.split('/') ?? [startFromHead ? 'f' : 'b', undefined];
      const from =
        place !== undefined ? Number(place) : direction === 'f' ? 0 : Math.max(0, lines.length - limit);
      const page =
        direction === 'b' && place !== undefined
          ? lines.slice(Math.max(0, from - limit), from)
          : lines.slice(from, from + limit);
      const begin = direction === 'b' && place !== undefined ? Math.max(0, from - limit) : from;
      return {
        events: page.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime: timestamp })),
        nextForwardToken: `f/${begin + page.length}`,
        nextBackwardToken: `b/${begin}`,
      };
    },
    DescribeLogGroups: ({ logGroupNamePrefix }: { logGroupNamePrefix?: string }) => ({
      logGroups: logs.groupsOf(logGroupNamePrefix).map((logGroupName) => {
        const retentionInDays = logs.retentionDays.get(logGroupName);
        return { logGroupName, ...(retentionInDays === undefined ? {} : { retentionInDays }) };
      }),
    }),
    DescribeLogStreams: ({
      logGroupName,
      logStreamNamePrefix,
    }: {
      logGroupName: string;
      logStreamNamePrefix?: string;
    }) => ({
      logStreams: logs
        .streamsOf(logGroupName, logStreamNamePrefix)
        .map((logStreamName) => ({ logStreamName })),
    }),
    FilterLogEvents: ({
      logGroupName,
      logStreamNames,
      logStreamNamePrefix,
    }: {
      logGroupName: string;
      logStreamNames?: readonly string[];
      logStreamNamePrefix?: string;
    }) => ({
      events: (logStreamNames ?? logs.streamsOf(logGroupName, logStreamNamePrefix))
        .flatMap((logStreamName) =>
          logs.linesOf(logGroupName, logStreamName).map((line, at) => ({
            ...line,
            logStreamName,
            eventId: `${logStreamName}/${at}`,
            ingestionTime: line.timestamp,
          })),
        )
        .sort((a, b) => a.timestamp - b.timestamp),
    }),
  };
}

import type { Clock } from '../clock.ts';
import { Refusal, validationException } from '../wire/refusal.ts';

interface Schedule {
  readonly Name: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly FlexibleTimeWindow: { readonly Mode?: string };
  readonly State?: string;
  /** Of the request alone. */
  readonly ClientToken?: string;
  readonly Target: {
    readonly Arn?: string;
    readonly RoleArn?: string;
    readonly Input?: string;
    readonly RetryPolicy?: {
      readonly MaximumRetryAttempts?: number;
      readonly MaximumEventAgeInSeconds?: number;
    };
  };
}

const EXPRESSION = /^(cron\((\S+ ){5}\S+\)|rate\(\d+ \w+\)|at\(\S+\))$/;
const SUBMIT = 'arn:aws:scheduler:::aws-sdk:batch:submitJob';

/** EventBridge Scheduler: schedules that a test fires by hand. */
export class SchedulerService {
  private readonly schedules = new Map<string, Schedule>();
  private readonly clock: Clock;
  private readonly arnPrefix: string;
  private readonly submit: (input: Readonly<Record<string, unknown>>, body: string) => unknown;

  constructor(clock: Clock, arnPrefix: string, submit: SchedulerService['submit']) {
    this.clock = clock;
    this.arnPrefix = arnPrefix;
    this.submit = submit;
  }

  handlers() {
    return {
      CreateSchedule: (input: Schedule) => {
        if (this.schedules.has(input.Name))
          throw new Refusal(409, 'ConflictException', `${input.Name} exists`);
        return this.keep(input);
      },
      UpdateSchedule: (input: Schedule) => {
        this.named(input.Name);
        return this.keep(input);
      },
      GetSchedule: ({ Name }: { Name: string }) => {
        const { ClientToken: _, ...schedule } = this.named(Name);
        return { ...schedule, Arn: this.arnOf(Name) };
      },
      DeleteSchedule: ({ Name }: { Name: string }) => {
        this.named(Name);
        this.schedules.delete(Name);
        return {};
      },
    };
  }

  private keep(input: Schedule) {
    if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(input.Name)) throw validationException('name has 1 to 64 characters');
    if (!EXPRESSION.test(input.ScheduleExpression))
      throw validationException(`Invalid Schedule Expression ${input.ScheduleExpression}`);
    checkZone(input.ScheduleExpressionTimezone);
    if (!['OFF', 'FLEXIBLE'].includes(input.FlexibleTimeWindow.Mode ?? ''))
      throw validationException('FlexibleTimeWindow.Mode is OFF or FLEXIBLE');
    const { MaximumRetryAttempts: attempts = 0, MaximumEventAgeInSeconds: age = 60 } =
      input.Target.RetryPolicy ?? {};
    if (attempts < 0 || attempts > 185 || age < 60 || age > 86_400)
      throw validationException('RetryPolicy is out of its bounds');
    this.schedules.set(input.Name, input);
    return { ScheduleArn: this.arnOf(input.Name) };
  }

  /** Delivers a schedule for a time, as often as a test wants: the service promises at least once. */
  fire(name: string, scheduledTime: Date): unknown {
    const { Target, State } = this.named(name);
    if (State === 'DISABLED') return undefined;
    if (Target.Arn !== SUBMIT) throw new Error(`the double fires ${SUBMIT} alone, not ${Target.Arn}`);
    const text = (Target.Input ?? '{}')
      .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime.toISOString().replace(/\.\d+Z$/, 'Z'))
      .replaceAll('<aws.scheduler.execution-id>', `${name}-${this.clock.nowMs()}`)
      .replaceAll('<aws.scheduler.attempt-number>', '1')
      .replaceAll('<aws.scheduler.schedule-arn>', this.arnOf(name));
    return this.submit(lowerFirst(JSON.parse(text)) as Readonly<Record<string, unknown>>, text);
  }

  private named(name: string): Schedule {
    const schedule = this.schedules.get(name);
    if (!schedule) throw new Refusal(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
    return schedule;
  }

  private arnOf(name: string): string {
    return `${this.arnPrefix}:schedule/default/${name}`;
  }
}

function checkZone(zone: string | undefined): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw validationException(`Invalid time zone ${zone}`);
  }
}

/** A universal target's input has its names in PascalCase; those of `Parameters` are the user's own. */
function lowerFirst(value: unknown, own = false): unknown {
  if (Array.isArray(value)) return value.map((one) => lowerFirst(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      own ? name : name.charAt(0).toLowerCase() + name.slice(1),
      lowerFirst(one, name === 'Parameters' || name === 'Tags'),
    ]),
  );
}

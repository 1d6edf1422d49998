import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addDoctor } from '../../src/cli/doctor.ts';
import { sayIn } from '../../src/cli/language.ts';
import { addRun } from '../../src/cli/run.ts';
import { addRuns } from '../../src/cli/runs.ts';
import { addScheduleCommands } from '../../src/cli/schedule.ts';
import { parseSchedule } from '../../src/domain/index.ts';
import { readAwsSettings } from '../../src/jobs/aws-settings.ts';
import { queueOptions } from '../../src/jobs/runners/sagemaker/options.ts';

/** The page that leads into an account and out of it says what the template and the commands are. */
const ROOT = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/aws.md'), 'utf8');
const { Resources, Outputs } = JSON.parse(readFileSync(join(ROOT, 'infra/template.json'), 'utf8')) as {
  readonly Resources: Record<
    string,
    { Type: string; DeletionPolicy?: string; Properties: Record<string, unknown> }
  >;
  readonly Outputs: Record<string, { Value: unknown }>;
};
const section = (title: string): string => page.split(/^## /m).find((part) => part.startsWith(title))!;
const resourcesOf = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);

it('has ten steps, each beginning with what to do', () => {
  const steps = [...section('From nothing to the first run').matchAll(/^(\d+)\. \*\*/gm)].map(([, at]) =>
    Number(at),
  );
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('names the outputs, queues and numbers of the template', () => {
  expect(page).toContain(`${Object.keys(Resources).length} resources`);
  const named = ['Store', 'ImageRepository', 'TrainQueue', 'OnDemandQueue', 'WorkerRole', 'TrainingRole'];
  for (const output of [...named, 'LogGroup', 'ControllerPolicy', 'ModelGroup']) {
    expect(Outputs, output).toHaveProperty(output);
    expect(page, output).toContain(output);
  }
  const queues = resourcesOf('AWS::Batch::JobQueue').map(
    ({ Properties }) => Properties.JobQueueName as string,
  );
  expect(queues.length).toBe(3);
  for (const queue of queues) expect(page).toContain(`"${queue}"`);
  const [group] = resourcesOf('AWS::Logs::LogGroup').map(({ Properties }) => Properties.LogGroupName);
  expect(page).toContain(`"logGroup": "${group}"`);
});

it('shows settings that are read, and that open every runner', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-docs-aws-'));
  const [block] = section('From nothing').match(/\{\n {5}"region".*?\n {3}\}/s)!;
  const [, more] = /add to `aws\.json`: `(.*?)`/.exec(page)!;
  const role = { TrainingRole: 'arn:aws:iam::000000000000:role/training' };
  const written = `${block.trimEnd().slice(0, -1)}, ${more!.replace('TrainingRole', role.TrainingRole)}}`;
  writeFileSync(join(folder, 'aws.json'), written);
  const settings = readAwsSettings(folder, {});
  rmSync(folder, { recursive: true });
  expect(settings.batch).toMatchObject({ spotQueue: 'sihwang-train', onDemandQueue: 'sihwang-on-demand' });
  expect(queueOptions(settings)).toMatchObject({ queue: 'sihwang-sagemaker', tags: { sihwang: 'sihwang' } });
});

it('calls commands that there are, with options that they have', () => {
  const program = new Command();
  for (const add of [addDoctor, addRun, addRuns, addScheduleCommands]) add(program, sayIn('en'));
  const commands = [...page.matchAll(/(?:`|^)sihwang ((?:doctor|run|runs|schedule)\b[^`#\n]*)/gm)].map(
    ([, words]) => words!.trim(),
  );
  expect(commands.length).toBeGreaterThan(6);
  for (const text of commands) {
    const words = text.replace(/"[^"]*"/g, 'X').split(/\s+/);
    let command = program;
    for (const word of words) {
      const next = command.commands.find((one) => one.name() === word);
      if (next) command = next;
      else if (word.startsWith('--'))
        expect(
          command.options.map(({ long }) => long),
          text,
        ).toContain(word);
    }
    // `sihwang runs` alone is a word for all of them
    if (words.length > 1) expect(command.commands, text).toEqual([]);
  }
  const [, at] = /--at "([^"]+)"/.exec(page)!;
  expect(parseSchedule(at!)).toBeDefined();
});

it('takes down whatever stays when the stack goes', () => {
  const down = section('Take it down');
  const stays = Object.values(Resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  expect(stays.map(({ Type }) => Type).sort()).toEqual(['AWS::ECR::Repository', 'AWS::S3::Bucket']);
  for (const command of ['aws ecr delete-repository', 'aws s3 rb', 'aws cloudformation delete-stack'])
    expect(down).toContain(command);
  // what a stack cannot delete while somebody uses it goes before it
  const before = down.slice(0, down.indexOf('delete-stack'));
  expect(resourcesOf('AWS::IAM::ManagedPolicy')).toHaveLength(1);
  expect(before).toContain('aws iam detach-user-policy');
  expect(resourcesOf('AWS::SageMaker::ModelPackageGroup')).toHaveLength(1);
  expect(before).toContain('aws sagemaker delete-model-package');
});

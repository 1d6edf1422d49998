import type { Bilingual } from '../../domain/index.ts';
import listed from '../cost/prices.json' with { type: 'json' };

/** Something about AWS that this code relies on, or is ready for, and that no real account has confirmed. */
export interface Unverified {
  readonly name: string;
  readonly fact: Bilingual;
  /** Whether the ten calls of the account suite ask it; what they cannot ask shows itself in weeks of use alone. */
  readonly asked: boolean;
}

/** Told by `sihwang doctor --aws`; those that are asked are tests of test/contract/aws-account.test.ts. */
export const UNVERIFIED: readonly Unverified[] = [
  ...asked({
    'conditional-write': {
      ko: 'If-None-Match가 *이면 S3가 같은 키의 두 번째 쓰기를 412 PreconditionFailed로 거절함',
      en: 'S3 refuses a second write of a key with 412 PreconditionFailed when If-None-Match is *',
    },
    'bad-checksum': {
      ko: '체크섬이 다른 바이트를 S3가 400 BadDigest로 거절함',
      en: 'S3 refuses bytes of another checksum with 400 BadDigest',
    },
    'submitted-is-listed': {
      ko: 'AWS Batch의 일감을 제출한 지 30초 안에 이름으로 찾을 수 있음',
      en: 'a job of AWS Batch is found by its name within 30 s of its submission',
    },
    'terminated-with-our-reason': {
      ko: 'TerminateJob으로 끝낸 일감이 우리가 준 까닭과 함께 FAILED로 나옴',
      en: 'a job that was ended by TerminateJob says so, with our reason, as FAILED',
    },
    'missing-training': {
      ko: 'SageMaker가 없는 학습을 ValidationException "Requested resource not found."로 알림',
      en: 'SageMaker calls a missing training job ValidationException "Requested resource not found."',
    },
    'stop-of-missing': {
      ko: '돌지 않는 것에 StopTrainingJob을 하면 ValidationException이 나옴',
      en: 'StopTrainingJob of what does not run is a ValidationException',
    },
  }),
  ...notAsked({
    'days-of-ended-jobs': {
      ko: 'AWS Batch의 끝난 일감을 7일 동안 볼 수 있음',
      en: 'ended jobs of AWS Batch can be seen for seven days',
    },
    'exit-before-host': {
      ko: '회수된 스팟 호스트의 컨테이너가, Batch가 "Host EC2…"라고 하기 전에 스스로 끝날 수 있음',
      en: 'a container on a reclaimed Spot host may end by itself before Batch says "Host EC2…"',
    },
    'reclaim-without-sigterm': {
      ko: '회수된 EC2 호스트가 SIGTERM을 전혀 보내지 않을 수 있음',
      en: 'a reclaimed EC2 host may give no SIGTERM at all',
    },
    'spot-signal': {
      ko: '관리형 스팟 학습이 SIGTERM으로 알리고, 종료 코드와 상관없이 다시 시작함',
      en: 'managed Spot training asks with SIGTERM, and starts again whatever the exit code was',
    },
    'no-reason-exits': {
      ko: '마지막 재시도 규칙(onReason *)이 까닭이 없는 시도에도 맞음',
      en: 'the last retry rule (onReason *) also fits an attempt without any reason',
    },
    'repeated-token': {
      ko: 'SubmitServiceJob에 같은 클라이언트 토큰을 다시 주면 무엇을 답하는지',
      en: 'what a repeated client token of SubmitServiceJob is answered with',
    },
    'schedule-once': {
      ko: 'EventBridge Scheduler가 예약을 두 번 보낼 수 있음. 작업은 시각이 이름이라 하나임',
      en: 'EventBridge Scheduler may deliver a schedule twice; a run is named by its moment, so it is one',
    },
    'opt-ml-owner': {
      ko: '이미지의 보통 사용자가 /opt/ml 아래에 쓸 수 있음 (root만 된다는 보고가 있음)',
      en: 'an ordinary user of the image can write below /opt/ml (others report that only root can)',
    },
    'training-environment': {
      ko: '학습 컨테이너에 AWS_REGION, TRAINING_JOB_NAME, TRAINING_JOB_ARN이 있음',
      en: 'a training container has AWS_REGION, TRAINING_JOB_NAME and TRAINING_JOB_ARN',
    },
    'archive-when-completed': {
      ko: 'Completed인 학습이 model.tar.gz의 자리와 로그에서 읽은 수치를 알려 줌',
      en: 'a training that is Completed tells where its model.tar.gz is, and the figures read from its log',
    },
    'identity-in-environment': {
      ko: 'DescribeTrainingJob이 학습에 준 환경을 알려 줌',
      en: 'DescribeTrainingJob tells the environment that a training was given',
    },
    'training-role': {
      ko: '템플릿의 학습 역할로 SageMaker가 바라는 일을 모두 할 수 있음',
      en: "the template's training role may do all that SageMaker wants of it",
    },
    'home-on-efs': {
      ko: 'DuckDB의 잠금과 홈의 이름 바꾸기가 EFS에서 지켜지고, 죽은 작업의 잠금이 곧 풀림',
      en: "DuckDB's locks and the home's renames hold on EFS, and the lock of a task that was killed is soon free",
    },
    'template-by-cli': {
      ko: 'aws cloudformation deploy가 infra/template.json을 그대로 받음',
      en: 'infra/template.json is taken by aws cloudformation deploy as it is',
    },
    'base-image': {
      ko: '이미지의 바탕을 다이제스트로 받을 수 있고 docker가 만드는 법대로 만듦',
      en: "the image's base can be pulled by its digest and docker builds the recipe",
    },
    prices: {
      ko: `${listed.asOf}에 손으로 적은 가격표가 지금 가격, 청구서와 맞음`,
      en: `the price table, of ${listed.asOf} and entered by hand, agrees with today's prices and with a bill`,
    },
  }),
];

function asked(facts: Readonly<Record<string, Bilingual>>): Unverified[] {
  return Object.entries(facts).map(([name, fact]) => ({ name, fact, asked: true }));
}

function notAsked(facts: Readonly<Record<string, Bilingual>>): Unverified[] {
  return Object.entries(facts).map(([name, fact]) => ({ name, fact, asked: false }));
}

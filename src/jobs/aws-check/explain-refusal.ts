import type { Bilingual } from '../../domain/index.ts';

/** What to do about an answer of AWS that is none. */
export interface Refused {
  /** AWS's own words. */
  readonly found: string;
  readonly advice: Bilingual;
}

const ADVICE: readonly (readonly [RegExp, Bilingual])[] = [
  [
    /CredentialsProviderError|CouldNotLoadCredentials/,
    {
      ko: '로그인하거나(aws sso login, aws configure) AWS_PROFILE을 정하세요.',
      en: 'Sign in (aws sso login, aws configure) or set AWS_PROFILE.',
    },
  ],
  [
    /ExpiredToken|TokenRefreshRequired/,
    {
      ko: '세션이 끝났습니다. 다시 로그인하세요 (aws sso login).',
      en: 'The session has ended: sign in anew (aws sso login).',
    },
  ],
  [
    /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId/,
    {
      ko: '이 계정의 키가 아니거나 비밀 키가 다릅니다. 다시 설정하세요.',
      en: 'The key is not one of this account, or its secret is another: configure it anew.',
    },
  ],
  [
    /AccessDenied|UnauthorizedOperation|Forbidden|^403$/,
    {
      ko: '스택의 정책(출력 ControllerPolicy)을 이 신원에 붙이세요.',
      en: "Attach the stack's policy (its output ControllerPolicy) to this identity.",
    },
  ],
  [
    /NoSuchBucket|NotFound|^404$/,
    {
      ko: '스택의 출력 Store를 홈의 aws.json에 쓰세요. 버킷이 다른 리전에 있을 수도 있습니다.',
      en: "Write the stack's output Store into aws.json of the home; the bucket may be of another region.",
    },
  ],
  [
    /PermanentRedirect|AuthorizationHeaderMalformed|^301$/,
    {
      ko: '버킷이 다른 리전에 있습니다. aws.json의 region을 고치세요.',
      en: 'The bucket is in another region: correct region in aws.json.',
    },
  ],
  [
    /RequestTimeTooSkewed|RequestExpired/,
    {
      ko: '이 컴퓨터의 시계가 틀립니다. NTP로 맞추세요.',
      en: "This machine's clock is wrong: set it by NTP.",
    },
  ],
  [
    /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|Timeout/,
    {
      ko: 'AWS에 닿지 못했습니다. 네트워크, 프록시, 리전을 확인하세요.',
      en: 'AWS was not reached: look at the network, the proxy and the region.',
    },
  ],
  [
    /Region is missing/,
    {
      ko: '홈의 aws.json에 region을 쓰거나 AWS_REGION을 정하세요.',
      en: 'Write region into aws.json of the home, or set AWS_REGION.',
    },
  ],
];

/** An error of a call in words, and the way on. Of AWS's own words the first line is told; none of them is a secret. */
export function explainRefusal(error: unknown): Refused {
  const {
    name = 'Error',
    message = '',
    code,
    $metadata,
  } = error as {
    name?: string;
    message?: string;
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const signs = [name, code ?? '', String($metadata?.httpStatusCode ?? ''), message];
  const advice = ADVICE.find(([sign]) => signs.some((one) => sign.test(one)))?.[1];
  return {
    found: `${name}: ${message.split('\n')[0]!.slice(0, 200)}`,
    advice: advice ?? {
      ko: '오류의 이름을 그 서비스의 문서에서 찾아보세요.',
      en: 'Look the name of the error up in the documentation of the service.',
    },
  };
}

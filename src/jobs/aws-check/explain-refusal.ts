/** What to do about an answer of AWS that is none. */
export interface Refused {
  readonly found: string;
  readonly advice: string;
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /CredentialsProviderError|CouldNotLoadCredentials/,
    'Sign in (aws sso login, aws configure) or set AWS_PROFILE.',
  ],
  [/ExpiredToken|TokenRefreshRequired/, 'The session has ended: sign in anew (aws sso login).'],
  [
    /InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId/,
    'The key is not one of this account, or its secret is another: configure it anew.',
  ],
  [
    /AccessDenied|UnauthorizedOperation|Forbidden|^403$/,
    "Attach the stack's policy (its output ControllerPolicy) to this identity.",
  ],
  [
    /NoSuchBucket|NotFound|^404$/,
    "Write the stack's output Store into aws.json of the home; the bucket may be of another region.",
  ],
  [
    /PermanentRedirect|AuthorizationHeaderMalformed|^301$/,
    'The bucket is in another region: correct region in aws.json.',
  ],
  [/RequestTimeTooSkewed|RequestExpired/, "This machine's clock is wrong: set it by NTP."],
  [
    /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|Timeout/,
    'AWS was not reached: look at the network, the proxy and the region.',
  ],
  [/Region is missing/, 'Write region into aws.json of the home, or set AWS_REGION.'],
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
    advice: advice ?? 'Look the name of the error up in the documentation of the service.',
  };
}

import { xmlOf } from '../s3/xml.ts';
import { Refusal } from '../wire/refusal.ts';

const NAMESPACE = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

/** STS speaks the query protocol: a form in, XML out. */
export function answerSts(body: string, account: string): string {
  const action = new URLSearchParams(body).get('Action');
  if (action !== 'GetCallerIdentity')
    throw new Refusal(501, 'NotImplemented', `the double has no STS ${action}`);
  return xmlOf(`GetCallerIdentityResponse ${NAMESPACE}`, {
    GetCallerIdentityResult: {
      Arn: `arn:aws:iam::${account}:user/double`,
      UserId: 'AIDADOUBLE',
      Account: account,
    },
    ResponseMetadata: { RequestId: 'double' },
  });
}

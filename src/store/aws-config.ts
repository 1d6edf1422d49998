/** What every client of AWS is made with. */
export interface AwsConfig {
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  /** Only where AWS_ENDPOINT_URL names another place than AWS itself. */
  readonly endpoint?: string;
}

/**
 * The region, the account and a place other than AWS come from where the SDK looks for them: environment, profile, role.
 * Nothing of them is kept or printed.
 */
export function awsConfig(environment: NodeJS.ProcessEnv = process.env): AwsConfig {
  const endpoint = environment.AWS_ENDPOINT_URL;
  return { maxAttempts: 5, retryMode: 'standard', ...(endpoint ? { endpoint } : {}) };
}

/** What every client of AWS is made with. */
export interface AwsConfig {
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  /** Only where AWS_ENDPOINT_URL names another place than AWS itself. */
  readonly endpoint?: string;
  /** Only where the settings of a home name one. */
  readonly region?: string;
}

let regionOfSettings: string | undefined;

/** The region that a home's settings name, for every client that this process makes from now on. */
export function useAwsRegion(region: string): void {
  regionOfSettings = region;
}

/**
 * The account, and the region that no settings name, come from where the SDK looks for them: environment, profile, role.
 * Nothing of them is kept or printed.
 */
export function awsConfig(environment: NodeJS.ProcessEnv = process.env): AwsConfig {
  const endpoint = environment.AWS_ENDPOINT_URL;
  return {
    maxAttempts: 5,
    retryMode: 'standard',
    ...(endpoint ? { endpoint } : {}),
    ...(regionOfSettings === undefined ? {} : { region: regionOfSettings }),
  };
}

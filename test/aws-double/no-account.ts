/** Variables with which the SDK finds no account but the one that is named beside them. */
export const NO_ACCOUNT = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
} as const;

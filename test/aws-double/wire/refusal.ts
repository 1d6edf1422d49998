/** An answer that is no success, in the words of the service. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What Batch answers to a request that it will never accept. */
export function clientException(message: string): Refusal {
  return new Refusal(400, 'ClientException', message);
}

/** What SageMaker, Scheduler and Logs answer to the same. */
export function validationException(message: string): Refusal {
  return new Refusal(400, 'ValidationException', message);
}

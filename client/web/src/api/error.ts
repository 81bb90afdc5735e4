// What went wrong, in the API's words: who has to act (class), a stable code, a message for a person.
import type { ErrorAnswer, JobError } from './types';

export class ApiError extends Error {
  constructor(
    readonly errorClass: string,
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }

  // The server could not be asked at all.
  static unreachable(): ApiError {
    return new ApiError(
      'INFRASTRUCTURE',
      'SERVER_UNREACHABLE',
      'the server does not answer; it may be starting again',
      0,
    );
  }

  static async of(response: Response): Promise<ApiError> {
    try {
      return ApiError.read((await response.json()) as ErrorAnswer, response.status);
    } catch {
      return new ApiError(
        'INFRASTRUCTURE',
        `HTTP_${response.status}`,
        `something between this page and the server answered ${response.status} ${response.statusText}`,
        response.status,
      );
    }
  }

  static read(answer: ErrorAnswer, status: number): ApiError {
    const { message, details } = answer.error;
    const info = details[0];
    return new ApiError(info?.metadata['class'] ?? 'BUG', info?.reason ?? 'UNKNOWN', message, status);
  }
}

// Who has to act, and on what.
const NEXT_STEPS: Record<string, string> = {
  USER: 'Change the model, the dataset or the request and send it again.',
  JOB: "Change the job's options and send it again.",
  INFRASTRUCTURE:
    'Nothing is wrong with the model. Check cable, probe, network, disk and agent; a run is tried again by itself up to three times.',
  BOARD: 'The board needs a look: it was tried again and failed. Power it off and on, or use another one.',
  BUG: 'This is our mistake. Please report it with the code and what you did.',
};

export function nextStep(errorClass: string | undefined): string {
  return NEXT_STEPS[errorClass ?? ''] ?? 'The server’s log says more.';
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('BUG', 'DASHBOARD', error instanceof Error ? error.message : String(error), 0);
}

export function ofJob(error: JobError): ApiError {
  return new ApiError(error.class ?? 'BUG', error.code ?? 'UNKNOWN', error.message ?? '', 0);
}

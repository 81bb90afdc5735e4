// A job with its results, as the server sends them.
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api/error';
import type { Job, Result } from '../api/types';
import { watchJob } from '../api/watch';

export interface LiveJob {
  job?: Job;
  results: Result[];
  interrupted: boolean;
  error?: ApiError;
}

export function useLiveJob(id: string): LiveJob {
  const [live, setLive] = useState<LiveJob>({ results: [], interrupted: false });
  useEffect(() => {
    setLive({ results: [], interrupted: false });
    return watchJob(id, {
      changed: ({ job, results }) =>
        setLive((before) => ({ ...before, job, results: results ?? [], error: undefined })),
      interrupted: (interrupted) => setLive((before) => (before.interrupted === interrupted ? before : { ...before, interrupted })),
      ended: () => setLive((before) => ({ ...before, interrupted: false })),
      refused: (error) => setLive((before) => ({ ...before, interrupted: false, error })),
    });
  }, [id]);
  return live;
}

export const ENDED = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

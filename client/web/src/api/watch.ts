// A job while it goes on: the server sends it after each change.
import { ApiError } from './error';
import type { ErrorAnswer, WatchJobResponse } from './types';

export interface Watcher {
  changed(message: WatchJobResponse): void;
  // True while the connection is broken; the browser connects again by itself.
  interrupted(broken: boolean): void;
  ended(): void;
  refused(error: ApiError): void;
}

// Returns how to stop.
export function watchJob(id: string, watcher: Watcher): () => void {
  const source = new EventSource(`/v1/jobs/${encodeURIComponent(id)}:watch`);
  source.onmessage = (event) => {
    watcher.interrupted(false);
    watcher.changed(JSON.parse(event.data as string) as WatchJobResponse);
  };
  source.addEventListener('end', () => {
    source.close();
    watcher.ended();
  });
  source.addEventListener('error', (event) => {
    if (event instanceof MessageEvent) {
      source.close();
      watcher.refused(ApiError.read(JSON.parse(event.data as string) as ErrorAnswer, 500));
    } else if (source.readyState === EventSource.CLOSED) {
      watcher.refused(new ApiError('USER', 'JOB_NOT_WATCHED', `the server has no job "${id}" to watch`, 404));
    } else {
      watcher.interrupted(true);
    }
  });
  return () => source.close();
}

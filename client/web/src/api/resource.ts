// What a page shows of the server: loaded when its key changes, and again every so often while somebody looks.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, asApiError } from './error';

export interface Resource<T> {
  value?: T; // the last that came, also while an error or a newer one is on its way
  error?: ApiError;
  loading: boolean;
  reload: () => void;
}

interface State<T> {
  key: string;
  value?: T;
  error?: ApiError;
}

// What did not change stays the same object, so that nobody draws it again.
function keep<T>(before: State<T>, now: State<T>): State<T> {
  const same = before.key === now.key && !before.error && JSON.stringify(before.value) === JSON.stringify(now.value);
  return same ? before : now;
}

// `load` null asks for nothing. `everyMs` 0 asks once.
export function useResource<T>(
  key: string,
  load: ((signal: AbortSignal) => Promise<T>) | null,
  everyMs = 0,
): Resource<T> {
  const [state, setState] = useState<State<T>>({ key });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const wanted = load !== null;

  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    const ask = async () => {
      if (asking) return;
      asking = true;
      if (!document.hidden || turn === 0) {
        try {
          const value = await latest.current!(abort.signal);
          if (!abort.signal.aborted) setState((before) => keep(before, { key, value }));
        } catch (error) {
          if (abort.signal.aborted) return;
          setState((before) => ({ key, value: before.key === key ? before.value : undefined, error: asApiError(error) }));
        }
      }
      asking = false;
      if (everyMs > 0 && !abort.signal.aborted) timer = setTimeout(ask, everyMs);
    };
    void ask();
    const wake = () => {
      if (document.hidden || everyMs === 0) return;
      clearTimeout(timer);
      void ask();
    };
    document.addEventListener('visibilitychange', wake);
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [key, everyMs, turn, wanted]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const current = state.key === key ? state : {};
  return { ...current, loading: wanted && state.key === key ? !state.value && !state.error : wanted, reload };
}

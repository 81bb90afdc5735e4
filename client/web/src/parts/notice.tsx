// What is shown instead of content: an error with what to do, nothing yet, not there yet.
import type { ComponentChildren } from 'preact';
import { ApiError, nextStep } from '../api/error';
import type { Resource } from '../api/resource';
import { Command } from './command';
import { Prose } from './prose';

export function ErrorPanel(props: { error: ApiError; title?: string; retry?: () => void }) {
  const { error } = props;
  return (
    <div class="notice bad" role="alert">
      <p class="notice-title">
        {props.title ?? 'This did not work'} <code>{error.code}</code> <span class="tag">{error.errorClass.toLowerCase()}</span>
      </p>
      <p><Prose text={error.message} /></p>
      <p class="next">
        <strong>Next:</strong> {nextStep(error.errorClass)}
      </p>
      {props.retry && (
        <button type="button" onClick={props.retry}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty(props: { title: string; command?: string; children?: ComponentChildren }) {
  return (
    <div class="notice empty">
      <p class="notice-title">{props.title}</p>
      {props.children}
      {props.command && <Command text={props.command} />}
    </div>
  );
}

export function Loading(props: { what: string }) {
  return (
    <p class="loading" role="status">
      Loading {props.what}…
    </p>
  );
}

// A resource's value, or why there is none. With a value an error is told above it: what is shown is the last
// that came.
export function Loaded<T>(props: { of: Resource<T>; what: string; children: (value: T) => ComponentChildren }) {
  const { of, what } = props;
  if (of.value === undefined) {
    return of.error ? <ErrorPanel error={of.error} retry={of.reload} /> : <Loading what={what} />;
  }
  return (
    <>
      {of.error && (
        <p class="stale" role="status">
          Not up to date: {of.error.message}. Trying again…
        </p>
      )}
      {props.children(of.value)}
    </>
  );
}

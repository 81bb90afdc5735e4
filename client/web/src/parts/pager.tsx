// Pages of a long list. The server pages forwards only, so the way back is kept in the address: the tokens of
// the pages before this one.
import { Link } from 'wouter-preact';

export interface Pages {
  token: string; // of this page; empty for the first
  before: string[];
}

export function pagesIn(parameters: URLSearchParams): Pages {
  const tokens = parameters.getAll('page');
  return { token: tokens.at(-1) ?? '', before: tokens.slice(0, -1) };
}

function href(path: string, parameters: URLSearchParams, tokens: string[]): string {
  const next = new URLSearchParams(parameters);
  next.delete('page');
  for (const token of tokens.filter((token) => token !== '')) next.append('page', token);
  const text = next.toString();
  return text ? `${path}?${text}` : path;
}

export function Pager(props: { path: string; parameters: URLSearchParams; next: string | undefined; what: string }) {
  const { token, before } = pagesIn(props.parameters);
  if (!token && !props.next) return null;
  const so_far = token ? [...before, token] : [];
  return (
    <nav class="pager" aria-label={`Pages of ${props.what}`}>
      {token ? <Link href={href(props.path, props.parameters, before)}>← Newer</Link> : <span />}
      <span>Page {so_far.length + 1}</span>
      {props.next ? <Link href={href(props.path, props.parameters, [...so_far, props.next])}>Older →</Link> : <span />}
    </nav>
  );
}

// All results, newest first, by model, board and verdict. The server filters and pages: there may be very many.
import { useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { listBoards, listModels, listResults } from '../api/api';
import { useResource } from '../api/resource';
import type { Result, ResultQuery } from '../api/types';
import { Select } from '../parts/fields';
import { Empty, Loaded } from '../parts/notice';
import { Page } from '../parts/page';
import { Pager, pagesIn } from '../parts/pager';
import { ResultTable } from '../parts/result_table';

const LIVE_MS = 5_000;
const VERDICTS = ['VALID', 'DEGRADED', 'INVALID'];

function queryOf(parameters: URLSearchParams): ResultQuery {
  const board = parameters.get('board');
  return {
    model_display_name: parameters.get('model') ?? undefined,
    board: board ? `boards/${board}` : undefined,
    verdict: (parameters.get('verdict') ?? undefined) as ResultQuery['verdict'],
    view: 'BASIC',
    page_size: 50,
    page_token: pagesIn(parameters).token,
  };
}

function Filters(props: { parameters: URLSearchParams }) {
  const [, navigate] = useLocation();
  const models = useResource('models', listModels);
  const boards = useResource('boards', listBoards);
  const set = (key: string, value: string) => {
    const next = new URLSearchParams(props.parameters);
    next.delete('page');
    if (value) next.set(key, value);
    else next.delete(key);
    navigate(next.size > 0 ? `/results?${next}` : '/results');
  };
  const names = [...new Set((models.value ?? []).map((model) => model.display_name ?? ''))];
  const field = (label: string, key: string, values: string[]) => (
    <Select label={label} value={props.parameters.get(key) ?? ''} any="all" values={values} onChange={(value) => set(key, value)} />
  );
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      {field('Model', 'model', names)}
      {field('Board', 'board', (boards.value ?? []).map((board) => board.id ?? ''))}
      {field('Verdict', 'verdict', VERDICTS)}
    </form>
  );
}

export function ResultsPage() {
  const search = useSearch();
  const parameters = new URLSearchParams(search);
  const [picked, setPicked] = useState<string[]>([]);
  const filtered = ['model', 'board', 'verdict'].some((key) => parameters.has(key));
  const results = useResource(`results ${search}`, (s) => listResults(queryOf(parameters), s), LIVE_MS);
  const pick = (result: Result) => (
    <input
      type="checkbox"
      aria-label={`Compare ${result.model_display_name} of ${result.board?.id}, result ${result.id}`}
      checked={picked.includes(result.id!)}
      onChange={(event) =>
        setPicked(event.currentTarget.checked ? [...picked, result.id!].slice(-2) : picked.filter((id) => id !== result.id))
      }
    />
  );
  return (
    <Page title="Results">
      <Filters parameters={parameters} />
      <p class="picked" aria-live="polite">
        {picked.length === 2 ? (
          <Link class="button" href={`/compare?a=${picked[0]}&b=${picked[1]}`}>Compare the two</Link>
        ) : (
          `Mark two results to compare them${picked.length === 1 ? ': one more' : ''}.`
        )}
      </p>
      <Loaded of={results} what="results">
        {(page) =>
          page.results?.length ? (
            <>
              <ResultTable caption="Results, newest first" results={page.results} pick={pick} />
              <Pager path="/results" parameters={parameters} next={page.next_page_token} what="results" />
            </>
          ) : filtered ? (
            <p class="calm">No result is like that. <Link href="/results">Show all</Link></p>
          ) : (
            <Empty title="No model has run yet" command="edgerack run MODEL --board virtual-f746" />
          )
        }
      </Loaded>
    </Page>
  );
}

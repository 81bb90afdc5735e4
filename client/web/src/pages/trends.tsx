// The latency of one model on one board over time.
import { useMemo } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { listBoards, listModels, listResults } from '../api/api';
import { useResource } from '../api/resource';
import { LazyTrendChart } from '../chart/lazy';
import type { ChartPoint } from '../chart/trend_chart';
import { Badge, Estimated } from '../parts/badge';
import { Select } from '../parts/fields';
import { Empty, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { change, ms, shortHash } from '../reading/format';
import { nameOf, type Point, type Series, seriesOf } from '../reading/trend';

const LIVE_MS = 10_000;
const MOST_POINTS = 300;
const LISTED = 50;

function words(series: Series): string {
  const { points, estimated } = series;
  const values = points.map((point) => point.value);
  const changes = points.filter((point) => point.confirmed).length;
  return `${points.length} ${estimated ? 'estimated' : 'measured'} medians between ${ms(Math.min(...values))} and ${ms(Math.max(...values))} ms, the newest ${ms(values.at(-1))} ms; ${changes === 0 ? 'no confirmed change' : `${changes} confirmed ${changes === 1 ? 'change' : 'changes'}`}`;
}

function chartPoints(points: Point[]): ChartPoint[] {
  return points.map((point) => ({
    ...point,
    mark: point.confirmed ? (point.outside === 'above' ? 'regression' : 'improvement') : undefined,
    href: `/results/${point.result.id}`,
  }));
}

function markOf(point: Point): string {
  if (point.confirmed) return point.outside === 'above' ? `regression ${change(point.change)}` : `improvement ${change(point.change)}`;
  return point.outside ? `${point.outside} the band, not confirmed` : '';
}

function Changes(props: { series: Series }) {
  const changes = props.series.points.filter((point) => point.confirmed).reverse();
  if (changes.length === 0) return <p class="calm">No run left the noise band for good.</p>;
  return (
    <ul class="plain">
      {changes.map((point) => (
        <li key={point.result.id} class={point.outside === 'above' ? 'regression' : 'improvement'}>
          <strong>{point.outside === 'above' ? 'Regression' : 'Improvement'}</strong> of {change(point.change)} since{' '}
          <Link href={`/results/${point.result.id}`}>{ms(point.value)} ms</Link>, <Ago time={point.result.create_time} />, model file{' '}
          <code>{shortHash(point.result.provenance?.model_sha256)}</code>, confirmed by the run after it
        </li>
      ))}
    </ul>
  );
}

function Points(props: { series: Series }) {
  const points = props.series.points.slice(-LISTED).reverse();
  return (
    <Table
      caption={`The newest ${points.length} points of the chart`}
      head={<Columns names={['When', ['Median, ms', 'number'], ['Band, ms', 'number'], 'Verdict', 'Model file', 'Mark']} />}
    >
      {points.map((point) => (
        <tr key={point.result.id}>
          <th scope="row">
            <Link href={`/results/${point.result.id}`}>
              <Ago time={point.result.create_time} />
            </Link>
          </th>
          <td class="number">{ms(point.value)} <Estimated when={point.result.latency?.estimated} /></td>
          <td class="number">{point.low === undefined ? 'too few points' : `${ms(point.low)} to ${ms(point.high)}`}</td>
          <td><Badge state={point.result.verdict} /></td>
          <td><code>{shortHash(point.result.provenance?.model_sha256)}</code></td>
          <td>{markOf(point)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Trend(props: { all: Series[]; chosen: number; choose: (index: number) => void }) {
  const series = props.all[props.chosen] ?? props.all[0]!;
  const points = useMemo(() => chartPoints(series.points), [series]);
  return (
    <>
      {props.all.length > 1 && (
        <form class="filters" onSubmit={(event) => event.preventDefault()}>
          <Select
            label="Conditions"
            value={String(props.all.indexOf(series))}
            values={props.all.map((one, i): [string, string] => [String(i), `${nameOf(one, props.all)} (${one.points.length} runs)`])}
            onChange={(value) => props.choose(Number(value))}
          />
        </form>
      )}
      <Section title="Latency" note={<Estimated when={series.estimated} />}>
        <LazyTrendChart points={points} unit="ms" words={words(series)} format={ms} />
        <p class="note">{series.conditions.join(' · ')}</p>
      </Section>
      <Section title="Changes" note="Beyond the noise band, confirmed by the next run">
        <Changes series={series} />
      </Section>
      <Section title="Points">
        <Points series={series} />
      </Section>
    </>
  );
}

export function TrendsPage() {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const model = parameters.get('model') ?? '';
  const board = parameters.get('board') ?? '';
  const models = useResource('models', listModels);
  const boards = useResource('boards', listBoards);
  const results = useResource(
    `trend ${model} ${board}`,
    model && board
      ? (s) => listResults({ model_display_name: model, board: `boards/${board}`, page_size: MOST_POINTS, view: 'BASIC' }, s)
      : null,
    LIVE_MS,
  );
  const series = useMemo(() => seriesOf(results.value?.results ?? []), [results.value]);
  const set = (key: string, value: string) => {
    const next = new URLSearchParams(parameters);
    next.set(key, value);
    if (key !== 'series') next.delete('series');
    navigate(`/trends?${next}`);
  };
  const names = [...new Set((models.value ?? []).map((one) => one.display_name ?? ''))];
  return (
    <Page title="Trends" lead="A model by its name, over all files that were uploaded under it, on one board. Runs under other conditions are a line of their own.">
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Select label="Model" value={model} any="choose…" values={names} onChange={(value) => set('model', value)} />
        <Select label="Board" value={board} any="choose…" values={(boards.value ?? []).map((one) => one.id ?? '')} onChange={(value) => set('board', value)} />
      </form>
      {model && board ? (
        <Loaded of={results} what="the trend">
          {() =>
            series.length === 0 ? (
              <Empty title="No run of this model on this board has a latency yet" command={`edgerack run ${model} --board ${board}`} />
            ) : (
              <Trend all={series} chosen={Number(parameters.get('series') ?? 0)} choose={(index) => set('series', String(index))} />
            )
          }
        </Loaded>
      ) : (
        <Empty title="Choose a model and a board">
          <p>Each result’s page has a link to its trend.</p>
        </Empty>
      )}
    </Page>
  );
}

// Two results side by side, layer by layer. The server compares, and refuses where the difference would mean nothing;
// what was meant to differ is allowed by the address.
import { useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { compareResults, getResult } from '../api/api';
import { useResource } from '../api/resource';
import type { Comparison, Difference, Result } from '../api/types';
import { Badge, Estimated } from '../parts/badge';
import { Change } from '../parts/change';
import { Differences } from '../parts/differences';
import { Text } from '../parts/fields';
import { Bar } from '../parts/layer_table';
import { Empty, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { count, metric, ms } from '../reading/format';
import { shortLayerName } from '../reading/layer_name';

const NEVER = new Set(['RESULT_INVALID', 'NO_COMMON_METRIC']);
const NAMES: Record<string, string> = {
  cycles: 'Cycles', instructions: 'Instructions', latency_ms: 'Latency, ms', arena_bytes: 'Arena',
  weights_bytes: 'Weights', package_bytes: 'Package', stack_bytes: 'Stack', top1: 'Top-1',
};

function Choose() {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const [a, setA] = useState(parameters.get('a') ?? '');
  const [b, setB] = useState(parameters.get('b') ?? '');
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(`/compare?a=${encodeURIComponent(a.trim())}&b=${encodeURIComponent(b.trim())}`);
      }}
    >
      <Text label="Result A" value={a} hint="its id" onChange={setA} />
      <Text label="Result B" value={b} hint="its id" onChange={setB} />
      <button type="submit" disabled={!a.trim() || !b.trim()}>
        Compare
      </button>
    </form>
  );
}

function Side(props: { name: string; result: Result }) {
  const { result } = props;
  return (
    <div class="card side-of">
      <p class="tile-title">
        {props.name}: <Link href={`/results/${result.id}`}>{result.model_display_name}</Link> <Badge state={result.verdict} />
      </p>
      <p class="tile-note">
        {result.board?.id}, {ms(result.latency?.median_ms)} ms <Estimated when={result.latency?.estimated} />, <Ago time={result.create_time} />
      </p>
    </div>
  );
}

function Refused(props: { refusals: Difference[] }) {
  const search = useSearch();
  const allow = (one: Difference) => {
    if (NEVER.has(one.code ?? '')) return null;
    const next = new URLSearchParams(search);
    next.append('allow', one.code ?? '');
    return <Link href={`/compare?${next}`}>it was meant</Link>;
  };
  return (
    <div class="notice bad" role="alert">
      <p class="notice-title">These two are not compared</p>
      <p>Their difference would say nothing, because they differ in what must agree:</p>
      <Differences caption="What differs and must agree" differences={props.refusals} extra={['', allow]} />
    </div>
  );
}

function Compared(props: { comparison: Comparison; estimated: boolean | undefined }) {
  const { metrics = [], layers = [], differences = [], summary } = props.comparison;
  const most = Math.max(1, ...layers.flatMap(({ change }) => [change?.baseline ?? 0, change?.value ?? 0]));
  const estimated = <Estimated when={props.estimated} />;
  return (
    <>
      <p class="summary">{summary}</p>
      <Section title="Figures" note={estimated}>
        <Table caption="Figures of both" head={<Columns names={['Figure', ['A', 'number'], ['B', 'number'], ['B against A', 'number']]} />}>
          {metrics.map((one) => (
            <tr key={one.metric}>
              <th scope="row">{NAMES[one.metric ?? ''] ?? one.metric}</th>
              <td class="number">{metric(one.metric, one.change?.baseline)}</td>
              <td class="number">{metric(one.metric, one.change?.value)}</td>
              <td class="number"><Change change={one.change} /></td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="What was different">
        {differences.length === 0 ? (
          <p class="calm">Nothing: both ran under the same conditions.</p>
        ) : (
          <Differences caption="Conditions that differ" differences={differences} />
        )}
      </Section>
      {layers.length > 0 && (
        <Section title="Layer by layer" note={estimated}>
          <Table
            class="layers"
            caption="Cycles of each layer in both"
            head={<Columns names={['Layer', ['A, cycles', 'number'], ['B, cycles', 'number'], ['B against A', 'number'], 'A above B']} />}
          >
            {layers.map(({ index, name, op, change }) => (
              <tr key={index}>
                <th scope="row" title={name}>
                  {shortLayerName(name)} <span class="op">{op}</span>
                </th>
                <td class="number">{count(change?.baseline)}</td>
                <td class="number">{count(change?.value)}</td>
                <td class="number"><Change change={change} /></td>
                <td class="bar-cell">
                  <Bar share={(change?.baseline ?? 0) / most} tone="first" />
                  <Bar share={(change?.value ?? 0) / most} />
                </td>
              </tr>
            ))}
          </Table>
        </Section>
      )}
    </>
  );
}

export function ComparePage() {
  const parameters = new URLSearchParams(useSearch());
  const [a, b] = [parameters.get('a') ?? '', parameters.get('b') ?? ''];
  const allow = parameters.getAll('allow');
  const both = useResource(
    `compare ${a} ${b} ${allow.join()}`,
    a && b ? (s) => Promise.all([getResult(a, s), getResult(b, s), compareResults(a, b, allow, s)] as const) : null,
  );
  return (
    <Page title="Compare">
      <Choose key={`${a} ${b}`} />
      {a && b ? (
        <Loaded of={both} what="both results">
          {([left, right, comparison]) => (
            <>
              <div class="halves">
                <Side name="A" result={left} />
                <Side name="B" result={right} />
              </div>
              {comparison.comparable ? (
                <Compared comparison={comparison} estimated={left.latency?.estimated} />
              ) : (
                <Refused refusals={comparison.refusals ?? []} />
              )}
            </>
          )}
        </Loaded>
      ) : (
        <Empty title="Choose two results">
          <p>
            Mark two in <Link href="/results">the list of results</Link>, or follow “compare” on a result’s page.
          </p>
        </Empty>
      )}
    </Page>
  );
}

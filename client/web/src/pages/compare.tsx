// Two results side by side, layer by layer; refused where their difference would mean nothing.
import { useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { getResult } from '../api/api';
import { useResource } from '../api/resource';
import type { Result } from '../api/types';
import { Badge, Estimated } from '../parts/badge';
import { Text } from '../parts/fields';
import { Bar } from '../parts/layer_table';
import { Empty, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { compare, type Comparison, type Figure } from '../reading/compare';
import { bytes, change, count, ms, percent } from '../reading/format';
import { shortLayerName } from '../reading/layer_name';

const FORMATS = { ms, count, bytes, share: (value: number | undefined) => percent(value) };
const NOISE = 0.0005; // what the figures themselves round away

function toneOf(share: number | undefined, better: Figure['better']): string {
  if (share === undefined || better === 'neither' || Math.abs(share) < NOISE) return '';
  return share < 0 === (better === 'less') ? 'better' : 'worse';
}

function Change(props: { share: number | undefined; better: Figure['better'] }) {
  const tone = toneOf(props.share, props.better);
  return (
    <span class={`change ${tone}`}>
      {change(props.share)}
      {tone && <span class="only-read"> ({tone})</span>}
    </span>
  );
}

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

function Refused(props: { comparison: Comparison }) {
  return (
    <div class="notice bad" role="alert">
      <p class="notice-title">These two are not compared</p>
      <p>Their difference would say nothing, because they differ in what must agree:</p>
      <Table caption="What differs and must agree" head={<Columns names={['What', 'A', 'B', 'Why it matters']} />}>
        {props.comparison.refusals.map((one) => (
          <tr key={one.field}>
            <th scope="row">{one.field}</th>
            <td>{one.a.slice(0, 24)}</td>
            <td>{one.b.slice(0, 24)}</td>
            <td class="wrap">{one.why}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function Compared(props: { a: Result; b: Result; comparison: Comparison }) {
  const { comparison } = props;
  const { figures, layers, differences } = comparison;
  const most = Math.max(1, ...layers.flatMap((pair) => [pair.a?.cycles ?? 0, pair.b?.cycles ?? 0]));
  const estimated = <Estimated when={props.a.cycles?.estimated} />;
  return (
    <>
      <Section title="Figures" note={estimated}>
        <Table caption="Figures of both" head={<Columns names={['Figure', ['A', 'number'], ['B', 'number'], ['B against A', 'number']]} />}>
          {figures.map((figure) => (
            <tr key={figure.name}>
              <th scope="row">{figure.name}</th>
              <td class="number">{FORMATS[figure.unit](figure.a)}</td>
              <td class="number">{FORMATS[figure.unit](figure.b)}</td>
              <td class="number"><Change share={figure.change} better={figure.better} /></td>
            </tr>
          ))}
        </Table>
      </Section>
      <Section title="What was different">
        {differences.length === 0 ? (
          <p class="calm">Nothing: both ran under the same conditions.</p>
        ) : (
          <Table caption="Conditions that differ" head={<Columns names={['Condition', 'A', 'B']} />}>
            {differences.map((one) => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td>{one.a || 'not set'}</td>
                <td>{one.b || 'not set'}</td>
              </tr>
            ))}
          </Table>
        )}
      </Section>
      <Section title="Layer by layer" note={estimated}>
        <Table
          class="layers"
          caption="Cycles of each layer in both"
          head={<Columns names={['Layer', ['A, cycles', 'number'], ['B, cycles', 'number'], ['B against A', 'number'], 'A above B']} />}
        >
          {layers.map((pair) => (
            <tr key={pair.name}>
              <th scope="row" title={pair.name}>
                {shortLayerName(pair.name)} <span class="op">{pair.op}</span>
                {pair.a && pair.b && pair.a.kernel !== pair.b.kernel && (
                  <div class="op"><code>{pair.a.kernel}</code> → <code>{pair.b.kernel}</code></div>
                )}
              </th>
              <td class="number">{pair.a ? count(pair.a.cycles) : 'not there'}</td>
              <td class="number">{pair.b ? count(pair.b.cycles) : 'not there'}</td>
              <td class="number"><Change share={pair.change} better="less" /></td>
              <td class="bar-cell">
                <Bar share={(pair.a?.cycles ?? 0) / most} tone="first" />
                <Bar share={(pair.b?.cycles ?? 0) / most} />
              </td>
            </tr>
          ))}
        </Table>
      </Section>
    </>
  );
}

export function ComparePage() {
  const parameters = new URLSearchParams(useSearch());
  const [a, b] = [parameters.get('a') ?? '', parameters.get('b') ?? ''];
  const both = useResource(
    `compare ${a} ${b}`,
    a && b ? (s) => Promise.all([getResult(a, s), getResult(b, s)] as const) : null,
  );
  return (
    <Page title="Compare">
      <Choose key={`${a} ${b}`} />
      {a && b ? (
        <Loaded of={both} what="both results">
          {([left, right]) => {
            const comparison = compare(left, right);
            return (
              <>
                <div class="halves">
                  <Side name="A" result={left} />
                  <Side name="B" result={right} />
                </div>
                {comparison.refusals.length > 0 ? (
                  <Refused comparison={comparison} />
                ) : (
                  <Compared a={left} b={right} comparison={comparison} />
                )}
              </>
            );
          }}
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

// What a case measured from run to run, with the band that it was held against.
import { useMemo } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { caseHistory, idOf } from '../api/api';
import { useResource } from '../api/resource';
import type { CaseHistoryPage } from '../api/types';
import { LazyTrendChart } from '../chart/lazy';
import type { ChartPoint } from '../chart/trend_chart';
import { Badge } from '../parts/badge';
import { Change } from '../parts/change';
import { Loaded } from '../parts/notice';
import { Section } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { metric } from '../reading/format';

type HistoryPoint = NonNullable<CaseHistoryPage['points']>[number];

const MARKS: Record<string, ChartPoint['mark']> = { REGRESSED: 'regression', IMPROVED: 'improvement' };

function runPath(point: HistoryPoint): string {
  const [, suite, , run] = (point.run ?? '').split('/');
  return `/suites/${suite}/runs/${run}`;
}

// Oldest first; only what was measured.
export function chartPoints(points: HistoryPoint[]): ChartPoint[] {
  return [...points].reverse().flatMap((point): ChartPoint[] => {
    const { change } = point.suite_case?.metric ?? {};
    if (change?.value === undefined) return [];
    const half = change.baseline !== undefined && change.band_percent !== undefined ? (change.baseline * change.band_percent) / 100 : undefined;
    return [
      {
        time: Date.parse(point.create_time ?? ''),
        value: change.value,
        low: half === undefined ? undefined : change.baseline! - half,
        high: half === undefined ? undefined : change.baseline! + half,
        mark: MARKS[point.suite_case?.state ?? ''],
        href: runPath(point),
      },
    ];
  });
}

export function CaseHistory(props: { suite: string; caseKey: string }) {
  const { suite, caseKey } = props;
  const history = useResource(`history ${suite} ${caseKey}`, (s) => caseHistory(suite, caseKey, s), 10_000);
  const points = useMemo(() => history.value?.points ?? [], [history.value]);
  const drawn = useMemo(() => chartPoints(points), [points]);
  const unit = points[0]?.suite_case?.metric?.metric ?? '';
  const marked = drawn.filter((point) => point.mark).length;
  return (
    <Section title="History of a case" note={<code>{caseKey}</code>}>
      <Loaded of={history} what="its history">
        {() => (
          <>
            {drawn.length > 0 && (
              <LazyTrendChart
                points={drawn}
                unit={unit}
                words={`${drawn.length} runs, ${marked} of them marked as a change`}
                format={(value) => metric(unit, value)}
              />
            )}
            <Table caption="Runs of this case, newest first" head={<Columns names={['Run', 'State', ['Measured', 'number'], ['Against the baseline', 'number'], 'Result', 'When']} />}>
              {points.map((point) => (
                <tr key={point.run}>
                  <th scope="row"><Link href={runPath(point)}>{point.number}</Link></th>
                  <td><Badge state={point.suite_case?.state} /></td>
                  <td class="number">{metric(unit, point.suite_case?.metric?.change?.value)}</td>
                  <td class="number"><Change change={point.suite_case?.metric?.change} /></td>
                  <td>
                    {point.suite_case?.results?.map((name) => (
                      <Link key={name} href={`/results/${idOf(name)}`}>{idOf(name)}</Link>
                    ))}
                  </td>
                  <td><Ago time={point.create_time} /></td>
                </tr>
              ))}
            </Table>
          </>
        )}
      </Loaded>
    </Section>
  );
}

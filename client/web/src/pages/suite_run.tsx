// One run of a suite while it goes on and after: its cases, what was found, what may be the cause.
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { cancelSuiteRun, getSuiteRun, idOf } from '../api/api';
import { ApiError, asApiError, ofJob } from '../api/error';
import { useResource } from '../api/resource';
import type { SuiteCase, SuiteRun } from '../api/types';
import { Badge } from '../parts/badge';
import { Change } from '../parts/change';
import { Differences } from '../parts/differences';
import { ErrorPanel, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { metric } from '../reading/format';
import { AcceptRun } from './suite_accept';

const LIVE_MS = 2_000;

function ResultLinks(props: { names: string[] | undefined }) {
  return (
    <>
      {(props.names ?? []).map((name) => (
        <Link key={name} href={`/results/${idOf(name)}`} class="result-link">{idOf(name)}</Link>
      ))}
    </>
  );
}

function CaseTable(props: { suite: string; cases: SuiteCase[] }) {
  return (
    <Table caption="Cases of the run" head={<Columns names={['Case', 'State', ['Measured', 'number'], ['Against the baseline', 'number'], 'Results']} />}>
      {props.cases.map((one) => (
        <tr key={one.key}>
          <th scope="row">
            <Link href={`/suites/${props.suite}?case=${encodeURIComponent(one.key ?? '')}`} title="Its history">{one.key}</Link>
          </th>
          <td><Badge state={one.state} /></td>
          <td class="number">{one.metric && <>{metric(one.metric.metric, one.metric.change?.value)} {one.metric.metric}</>}</td>
          <td class="number"><Change change={one.metric?.change} /></td>
          <td><ResultLinks names={[...(one.results ?? []), ...(one.confirming_results ?? [])]} /></td>
        </tr>
      ))}
    </Table>
  );
}

function CaseFindings(props: { one: SuiteCase }) {
  const { one } = props;
  const baseline = one.baseline_results?.at(-1);
  const measured = one.results?.[0];
  return (
    <Section title={one.key ?? ''} note={<Badge state={one.state} />}>
      {one.error?.code && <ErrorPanel error={ofJob(one.error)} title="It was not measured" />}
      <ul class="findings">
        {one.findings?.map((finding, i) => (
          <li key={i}>
            <p><code>{finding.code}</code></p>
            <p>{finding.message}</p>
          </li>
        ))}
      </ul>
      {one.notes?.map((note) => <p class="calm" key={note}>{note}</p>)}
      {(one.suspects?.length ?? 0) > 0 && <Differences caption="Suspects: not as they were when the baseline was measured" differences={one.suspects!} />}
      {baseline && measured && <p><Link href={`/compare?a=${idOf(baseline)}&b=${idOf(measured)}`}>Compare with the baseline, layer by layer</Link></p>}
    </Section>
  );
}

function Cancel(props: { suite: string; run: string }) {
  const [error, setError] = useState<ApiError>();
  return (
    <>
      <button type="button" onClick={() => cancelSuiteRun(props.suite, props.run).catch((caught) => setError(asApiError(caught)))}>
        Cancel the run
      </button>
      {error && <ErrorPanel error={error} />}
    </>
  );
}

function said(one: SuiteCase): boolean {
  return Boolean(one.findings?.length || one.notes?.length || one.suspects?.length || one.error?.code);
}

function Run(props: { suite: string; run: SuiteRun; changed: () => void }) {
  const { suite, run } = props;
  return (
    <>
      <p class="big-state" aria-live="polite">
        <Badge state={run.state} />
        <span>{run.summary}</span>
        <span class="id">{run.done_count} of {run.case_count} cases</span>
        <Ago time={run.create_time} />
      </p>
      {run.error?.code && <ErrorPanel error={ofJob(run.error)} title="No case could be made" />}
      <Section title="Cases">
        <CaseTable suite={suite} cases={run.cases ?? []} />
      </Section>
      {run.cases?.filter(said).map((one) => <CaseFindings key={one.key} one={one} />)}
      {run.end_time && <AcceptRun suite={suite} run={run} accepted={props.changed} />}
    </>
  );
}

export function SuiteRunPage(props: { params: Record<string, string> }) {
  const { id = '', run: runId = '' } = props.params;
  const run = useResource(`suite run ${id} ${runId}`, (s) => getSuiteRun(id, runId, s), LIVE_MS);
  return (
    <Page
      title={`${id}, run ${run.value?.number ?? ''}`}
      under={[`/suites/${id}`, id]}
      aside={run.value && !run.value.end_time ? <Cancel suite={id} run={runId} /> : undefined}
    >
      <Loaded of={run} what="the run">{(value) => <Run suite={id} run={value} changed={run.reload} />}</Loaded>
    </Page>
  );
}

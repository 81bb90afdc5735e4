// One suite: what it measures, its runs, and the history of one of its cases.
import { useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { getSuite, listSuiteRuns, runSuite } from '../api/api';
import { ApiError, asApiError } from '../api/error';
import { useResource } from '../api/resource';
import type { Suite, SuiteRun } from '../api/types';
import { Badge } from '../parts/badge';
import { Command } from '../parts/command';
import { Facts } from '../parts/facts';
import { ErrorPanel, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { Pager, pagesIn } from '../parts/pager';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { moment } from '../reading/format';
import { newRequestId } from '../reading/request_id';
import { CaseHistory } from './suite_history';

const LIVE_MS = 5_000;

function Start(props: { id: string }) {
  const [, navigate] = useLocation();
  const [error, setError] = useState<ApiError>();
  const start = async () => {
    setError(undefined);
    try {
      const run = await runSuite(props.id, newRequestId());
      navigate(`/suites/${props.id}/runs/${run.id}`);
    } catch (caught) {
      setError(asApiError(caught));
    }
  };
  return (
    <>
      <button type="button" onClick={() => void start()}>Run it now</button>
      {error && <ErrorPanel error={error} title="It was not started" />}
    </>
  );
}

function Measures(props: { suite: Suite }) {
  const { suite } = props;
  const { schedule } = suite;
  return (
    <Section title="What it measures">
      {suite.description && <p>{suite.description}</p>}
      <Facts
        facts={[
          ['Models', suite.models?.map((model) => model.label).join(', ')],
          ['Boards', suite.boards?.map((selector) => <code key={selector}>{selector} </code>)],
          ['Variants', suite.variants?.map((variant) => variant.label).join(', ')],
          ['Schedule', schedule && `${schedule.when}${schedule.time_zone ? `, ${schedule.time_zone}` : ''}${schedule.paused ? ' (paused)' : ''}`],
          ['Next', suite.next_run_time && moment(suite.next_run_time)],
          ['Jobs of a case', suite.repeats || 1],
          ['Confirming jobs', suite.confirmations || 3],
        ]}
      />
      <Command text={`edgerack suites run ${suite.id}`} />
    </Section>
  );
}

function Runs(props: { suite: string; runs: SuiteRun[] }) {
  return (
    <Table caption="Runs, newest first" head={<Columns names={['Run', 'State', ['Cases', 'number'], 'What it came to', 'Started by', 'When']} />}>
      {props.runs.map((run) => (
        <tr key={run.id}>
          <th scope="row">
            <Link href={`/suites/${props.suite}/runs/${run.id}`}>{run.number}</Link>
          </th>
          <td><Badge state={run.state} /></td>
          <td class="number">{run.done_count} of {run.case_count}</td>
          <td class="wrap">{run.summary}</td>
          <td>{run.trigger}</td>
          <td><Ago time={run.create_time} /></td>
        </tr>
      ))}
    </Table>
  );
}

export function SuitePage(props: { params: Record<string, string> }) {
  const id = props.params['id'] ?? '';
  const parameters = new URLSearchParams(useSearch());
  const { token } = pagesIn(parameters);
  const key = parameters.get('case') ?? '';
  const suite = useResource(`suite ${id}`, (s) => getSuite(id, s), LIVE_MS);
  const runs = useResource(`runs ${id} ${token}`, (s) => listSuiteRuns(id, token, s), LIVE_MS);
  return (
    <Page title={suite.value?.display_name || id} under={['/suites', 'Suites']} aside={<Start id={id} />}>
      {key && <CaseHistory suite={id} caseKey={key} />}
      <Section title="Runs">
        <Loaded of={runs} what="its runs">
          {(page) =>
            page.runs?.length ? (
              <>
                <Runs suite={id} runs={page.runs} />
                <Pager path={`/suites/${id}`} parameters={parameters} next={page.next_page_token} what="runs" />
              </>
            ) : (
              <p class="calm">It has not run yet.</p>
            )
          }
        </Loaded>
      </Section>
      <Loaded of={suite} what="the suite">{(value) => <Measures suite={value} />}</Loaded>
    </Page>
  );
}

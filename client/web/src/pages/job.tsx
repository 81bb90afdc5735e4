// One job: its stages while they happen, then its results or why there are none.
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { cancelJob, idOf } from '../api/api';
import { ApiError, asApiError, ofJob } from '../api/error';
import type { Job, Result, Run } from '../api/types';
import { Badge } from '../parts/badge';
import { Command } from '../parts/command';
import { Facts } from '../parts/facts';
import { ErrorPanel, Loading } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { ResultTable } from '../parts/result_table';
import { Stages } from '../parts/stages';
import { Ago } from '../parts/time';
import { shortHash } from '../reading/format';
import { ENDED, useLiveJob } from './job_live';

function commandFor(job: Job): string {
  const spec = job.spec ?? {};
  const words = ['edgerack run', job.model_display_name || 'MODEL'];
  words.push(spec.all_boards ? `--board ${spec.board_selector || '…'} --all` : `--board ${spec.board_selector}`);
  if (spec.quantize && spec.quantize !== 'none') words.push(`--quantize ${spec.quantize}`);
  if (spec.calibration) words.push('--calibration FILE');
  if (spec.dataset) words.push('--dataset FILE');
  for (const [key, value] of Object.entries(spec.options ?? {})) words.push(`--option ${key}=${value}`);
  return words.join(' ');
}

function RunPart(props: { job: Job; run: Run; results: Result[] }) {
  const { job, run, results } = props;
  const result = results.find((one) => one.name === run.result);
  return (
    <div class="run">
      <h3>
        {run.board ? <Link href={`/boards/${run.board}`}>{run.board}</Link> : 'Any matching board'}{' '}
        <Badge state={run.state} />
        {(run.attempt ?? 1) > 1 && <span class="tag">attempt {run.attempt}</span>}
      </h3>
      <Stages job={job} run={run} result={result} />
      {run.error?.code && run.state !== 'SUCCEEDED' && (
        <ErrorPanel
          error={ofJob(run.error)}
          title={run.state === 'FAILED' ? 'The run failed' : 'The attempt before this one failed'}
        />
      )}
    </div>
  );
}

function Cancel(props: { id: string }) {
  const [error, setError] = useState<ApiError>();
  const [asked, setAsked] = useState(false);
  const cancel = async () => {
    setAsked(true);
    try {
      await cancelJob(props.id);
    } catch (caught) {
      setError(asApiError(caught));
      setAsked(false);
    }
  };
  return (
    <>
      <button type="button" onClick={cancel} disabled={asked}>
        {asked ? 'Cancelling…' : 'Cancel the job'}
      </button>
      {error && <ErrorPanel error={error} title="It could not be cancelled" />}
    </>
  );
}

function Asked(props: { job: Job }) {
  const { job } = props;
  const spec = job.spec ?? {};
  const options = Object.entries(spec.options ?? {});
  return (
    <Section title="What was asked for">
      <Facts
        facts={[
          ['Model', <>{job.model_display_name} <code>{shortHash(idOf(spec.model))}</code></>],
          ['Boards', <><code>{spec.board_selector || '(all)'}</code>{spec.all_boards ? ', a result for each' : ''}</>],
          ['Quantize', spec.quantize || 'none'],
          ['Dataset', spec.dataset ? <code>{shortHash(idOf(spec.dataset))}</code> : 'one random sample'],
          ['Calibration', spec.calibration && <code>{shortHash(idOf(spec.calibration))}</code>],
          ['Options', options.length > 0 && options.map(([key, value]) => `${key}=${value}`).join(', ')],
          ['Created', <Ago time={job.create_time} />],
          ['Ended', job.end_time && <Ago time={job.end_time} />],
        ]}
      />
      <Command text={commandFor(job)} />
    </Section>
  );
}

export function JobPage(props: { params: Record<string, string> }) {
  const id = props.params['id'] ?? '';
  const { job, results, interrupted, error } = useLiveJob(id);
  const ended = ENDED.has(job?.state ?? '');
  return (
    <Page
      title={job?.model_display_name ? `Job: ${job.model_display_name}` : `Job ${id}`}
      under={['/jobs', 'Jobs']}
      aside={job && !ended ? <Cancel id={id} /> : undefined}
    >
      {error && <ErrorPanel error={error} />}
      {!job && !error && <Loading what="the job" />}
      {job && (
        <>
          <p class="big-state" aria-live="polite">
            <Badge state={job.state} /> <code class="id">{id}</code>
            {interrupted && <span class="stale">The connection broke; trying again…</span>}
          </p>
          {job.error?.code && <ErrorPanel error={ofJob(job.error)} title="The job failed" />}
          {results.length > 0 && (
            <Section title="Results" note={results.length === 2 && <Link href={`/compare?a=${results[0]!.id}&b=${results[1]!.id}`}>Compare them</Link>}>
              <ResultTable caption="Results of this job" results={results} />
            </Section>
          )}
          <Section title={job.runs?.length === 1 ? 'Its run' : 'Its runs'}>
            {job.runs?.map((run) => <RunPart key={run.id} job={job} run={run} results={results} />)}
          </Section>
          <Asked job={job} />
        </>
      )}
    </Page>
  );
}

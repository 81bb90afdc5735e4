// The stages of a run: what is done, what goes on, what is to come. Once there is a result, how long each took.
import type { Job, Result, Run } from '../api/types';
import { seconds } from '../reading/format';

const STAGES = ['queue', 'compile', 'acquire', 'flash', 'handshake', 'load', 'run', 'validate'];

type Step = 'done' | 'now' | 'failed' | 'coming' | 'skipped';

function stepOf(job: Job, run: Run, index: number): Step {
  if (run.state === 'SUCCEEDED' || job.state === 'SUCCEEDED') return 'done';
  // Compiling comes before a run has a stage of its own.
  const name = job.state === 'COMPILING' ? 'compile' : run.stage || 'queue';
  const current = STAGES.indexOf(name);
  // A run that is compiled waits in the queue again, for its board.
  if (name === 'queue' && job.state === 'RUNNING' && STAGES[index] === 'compile') return 'done';
  if (index < current) return 'done';
  if (index > current) return 'coming';
  if (run.state === 'FAILED' || job.state === 'FAILED' || job.state === 'CANCELLED') return 'failed';
  return 'now';
}

const SIGNS: Record<Step, string> = { done: '✓', now: '▸', failed: '✕', coming: '', skipped: '–' };
const WORDS: Record<Step, string> = {
  done: 'done', now: 'now', failed: 'stopped here', coming: 'to come', skipped: 'nothing to do',
};

export function Stages(props: { job: Job; run: Run; result?: Result }) {
  const { job, run, result } = props;
  return (
    <ol class="stages" aria-label={`Stages of the run on ${run.board || 'a board'}`}>
      {STAGES.map((name, index) => {
        const measured = result?.stages?.find((stage) => stage.name === name);
        const step = measured?.skipped ? 'skipped' : stepOf(job, run, index);
        const share = step === 'now' && run.progress !== undefined ? run.progress : undefined;
        return (
          <li key={name} class={`stage ${step}`} aria-current={step === 'now' ? 'step' : undefined}>
            <span class="stage-sign" aria-hidden="true">
              {SIGNS[step]}
            </span>
            <span class="stage-name">{name}</span>
            <span class="only-read">, {WORDS[step]}</span>
            <span class="stage-time">
              {measured?.skipped ? 'skipped' : measured ? seconds(measured.duration_ms) : share !== undefined ? `${Math.round(share * 100)} %` : ''}
            </span>
            {share !== undefined && <progress value={share} aria-label={`${name}, progress`} />}
          </li>
        );
      })}
    </ol>
  );
}

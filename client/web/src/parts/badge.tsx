// States in a word, with a sign and a colour; the word alone is enough.
import type { Board, Job, Result, Run, SuiteCase, SuiteRun } from '../api/types';

type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'calm';

const SIGNS: Record<Tone, string> = { good: '●', warn: '▲', bad: '■', busy: '◆', calm: '○' };

const TONES: Record<string, Tone> = {
  IDLE: 'good', PASSED: 'good', IMPROVED: 'good', HEALTHY: 'good', SUCCEEDED: 'good', VALID: 'good',
  BUSY: 'busy', MEASURING: 'busy', CONFIRMING: 'busy', RUNNING: 'busy', COMPILING: 'busy', ASSIGNED: 'busy',
  RECOVERING: 'warn', LEARNING: 'warn', SUSPECT: 'warn', DEGRADED: 'warn', RESERVED: 'warn',
  QUARANTINED: 'bad', REGRESSED: 'bad', FAILED: 'bad', INVALID: 'bad', OFFLINE: 'bad',
  QUEUED: 'calm', WAITING: 'calm', CANCELLED: 'calm',
};

type State =
  | Board['state'] | Board['health'] | Job['state'] | Run['state'] | Result['verdict'] | SuiteRun['state'] | SuiteCase['state'];

export function Badge(props: { state: State }) {
  const state = props.state ?? 'UNKNOWN';
  const tone = TONES[state] ?? 'calm';
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {state.toLowerCase()}
    </span>
  );
}

// Beside every figure that a model of the chip gave instead of a clock.
export function Estimated(props: { when: boolean | undefined }) {
  return props.when ? (
    <span class="estimated" title="The board's time is modelled, not measured">
      estimated
    </span>
  ) : null;
}

export function Virtual(props: { when: boolean | undefined }) {
  return props.when ? <span class="tag">virtual</span> : null;
}

// Under what a result was measured. Results are alike when all of it but the model file agrees; only those
// belong on one line of a trend.
import type { Result } from '../api/types';

// Options that change how often something is done, not how fast it is.
const OF_NO_MATTER = new Set(['samples', 'warmup', 'board_samples', 'sample_seed', 'trace', 'functions']);

function onOff(value: boolean | undefined): string {
  return value === undefined ? '' : value ? 'on' : 'off';
}

// What to show, in this order; only what is known.
export function conditionsOf(result: Result): [name: string, value: string][] {
  const provenance = result.provenance ?? {};
  const memory = result.memory ?? {};
  const all: [string, string][] = [
    ['time', result.latency?.estimated ? 'estimated' : 'measured'],
    ['board', result.board?.kind ?? ''],
    ['clock', result.clock_hz === undefined ? '' : `${result.clock_hz / 1e6} MHz`],
    ['instruction cache', onOff(provenance.icache)],
    ['data cache', onOff(provenance.dcache)],
    ['flash accelerator', onOff(provenance.art)],
    ['FPU', onOff(provenance.fpu)],
    ['arena in', memory.arena_region ?? ''],
    ['weights in', memory.weights_region ?? ''],
    ['code in', memory.code_region ?? ''],
    ['stack in', memory.stack_region ?? ''],
    ...Object.entries(provenance.options ?? {})
      .filter(([key]) => !OF_NO_MATTER.has(key) && !key.startsWith('timeout.'))
      .map(([key, value]): [string, string] => [key, value]),
  ];
  return all.filter(([, value]) => value !== '');
}

// Results for the tests of this folder, with what a test is about and nothing else.
import type { Result } from '../api/types';

export function result(change: Partial<Result> = {}): Result {
  return {
    id: 'r',
    verdict: 'VALID',
    board: { id: 'b', kind: 'nucleo-f746zg', chip: 'stm32f746' },
    clock_hz: 216_000_000,
    latency: { estimated: false, median_ms: 1, min_ms: 0.999, p90_ms: 1.001 },
    cycles: { estimated: false, median: 216_000 },
    layers: [
      { index: 0, name: 'stem', op: 'conv2d', kernel: 'a', cycles: 150_000 },
      { index: 1, name: 'head', op: 'softmax', kernel: 'b', cycles: 66_000 },
    ],
    provenance: { model_sha256: 'm', options: {} },
    create_time: '2026-01-01T00:00:00Z',
    ...change,
  };
}

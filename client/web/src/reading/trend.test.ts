import { describe, expect, it } from 'vitest';
import { result } from './results.fixture';
import { median, nameOf, seriesOf } from './trend';

const at = (index: number, ms: number, change = {}) =>
  result({
    id: `r${index}`,
    create_time: new Date(Date.UTC(2026, 0, 1 + index)).toISOString(),
    latency: { estimated: true, median_ms: ms, min_ms: ms, p90_ms: ms },
    ...change,
  });

const line = (...values: number[]) => seriesOf(values.map((ms, i) => at(i, ms)).reverse())[0]!.points;
const marks = (...values: number[]) => line(...values).map((p) => (p.confirmed ? p.outside : p.outside ? '?' : ''));

describe('trend', () => {
  it('stands oldest first', () => expect(line(1, 2, 3).map((p) => p.value)).toEqual([1, 2, 3]));
  it('judges nothing before there are three points', () => expect(marks(1, 2, 4)).toEqual(['', '', '']));
  it('confirms a regression by the next run, and counts it from the first', () => {
    const points = line(1, 1, 1, 1.04, 1.04, 1.04);
    expect(points.map((p) => p.confirmed ?? false)).toEqual([false, false, false, true, false, false]);
    expect(points[3]!.change).toBeCloseTo(0.04);
  });
  it('leaves a single outlier a suspicion', () => expect(marks(1, 1, 1, 1.2, 1, 1)).toEqual(['', '', '', '?', '', '']));
  it('marks an improvement too', () => expect(marks(1, 1, 1, 0.5, 0.5)[3]).toBe('below'));
  it('does not confirm by a point on the other side', () =>
    expect(marks(1, 1, 1, 1.2, 0.8, 1)).toEqual(['', '', '', '?', '?', '']));
  it('begins a new level after a change: going back is another change', () =>
    expect(marks(1, 1, 1, 2, 2, 2, 1, 1)).toEqual(['', '', '', 'above', '', '', 'below', '']));
  it('widens the band with the noise of the runs', () =>
    expect(marks(1, 1.02, 0.98, 1.01, 0.99, 1.03, 1.03)).toEqual(['', '', '', '', '', '', '']));
  it('widens the band with the spread inside the runs', () => {
    const wide = [1, 1, 1, 1.02, 1.02].map((ms, i) => at(i, ms, { latency: { median_ms: ms, min_ms: ms - 0.05, p90_ms: ms + 0.05 } }));
    expect(seriesOf(wide)[0]!.points.some((p) => p.outside)).toBe(false);
  });
  it('keeps other conditions on lines of their own', () => {
    const all = [at(0, 1), at(1, 2, { clock_hz: 1e6 }), at(2, 1, { provenance: { options: { samples: '3' } } })];
    expect(seriesOf(all).map((one) => one.points.map((p) => p.result.id))).toEqual([['r0', 'r2'], ['r1']]);
  });
  it('names a line by what the others do not have', () => {
    const all = seriesOf([at(0, 1, { provenance: { options: { arena: 'DTCM' } } }), at(1, 1)]);
    expect(all.map((one) => nameOf(one, all))).toEqual(['as usual', 'arena DTCM']);
  });
  it('leaves out what is invalid or has no time', () =>
    expect(seriesOf([at(0, 1, { verdict: 'INVALID' }), at(1, 1, { latency: {} })])).toEqual([]));
});

describe('median', () => {
  it('of odd and even numbers of values', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

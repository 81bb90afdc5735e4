import { describe, expect, it } from 'vitest';
import { compare, pairLayers, refusalsOf } from './compare';
import { result } from './results.fixture';

describe('what is refused', () => {
  const fields = (a = result(), b = result()) => refusalsOf(a, b).map((one) => one.field);

  it('takes like runs', () => expect(fields()).toEqual([]));
  it('refuses an estimate against a measurement', () =>
    expect(fields(result(), result({ latency: { estimated: true, median_ms: 1 } }))).toEqual(['time']));
  it('refuses another model', () =>
    expect(fields(result(), result({ provenance: { model_sha256: 'n' } }))).toEqual(['model']));
  it('refuses another clock', () => expect(fields(result(), result({ clock_hz: 100_000_000 }))).toEqual(['clock']));
  it('refuses another chip', () =>
    expect(fields(result(), result({ board: { id: 'x', kind: 'y', chip: 'stm32h743' } }))).toEqual(['chip']));
  it('refuses an invalid result, and says which', () => {
    const invalid = result({ verdict: 'INVALID', issues: [{ code: 'C', message: 'the clock stood still' }] });
    expect(refusalsOf(result(), invalid)).toMatchObject([{ field: 'verdict', why: 'B is invalid: the clock stood still' }]);
  });
  it('gives no figures then', () =>
    expect(compare(result(), result({ clock_hz: 1 }))).toMatchObject({ figures: [], layers: [] }));
});

describe('what is compared', () => {
  it('says by how much each figure and layer changed', () => {
    const faster = result({
      latency: { estimated: false, median_ms: 0.9 },
      layers: [{ index: 0, name: 'stem', cycles: 75_000 }, { index: 1, name: 'head', cycles: 66_000 }],
    });
    const { figures, layers } = compare(result(), faster);
    expect(figures.find((one) => one.name === 'Latency, median')?.change).toBeCloseTo(-0.1);
    expect(layers.map((pair) => pair.change)).toEqual([-0.5, 0]);
  });
  it('lists conditions that differ, without refusing for them', () => {
    const moved = result({ memory: { arena_region: 'DTCM' }, provenance: { model_sha256: 'm', options: { arena: 'DTCM' } } });
    const { refusals, differences } = compare(result({ memory: { arena_region: 'SRAM1' } }), moved);
    expect(refusals).toEqual([]);
    expect(differences).toEqual([
      { name: 'arena in', a: 'SRAM1', b: 'DTCM' },
      { name: 'arena', a: '', b: 'DTCM' },
    ]);
  });
  it('shows layers that only one has alone', () => {
    const pairs = pairLayers([{ name: 'a', cycles: 1 }], [{ name: 'b', cycles: 2 }]);
    expect(pairs.map(({ name, a, b }) => [name, a?.cycles, b?.cycles])).toEqual([
      ['a', 1, undefined],
      ['b', undefined, 2],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { boundingBox, digitInput, digitShape, type Ink } from './digit';

// '#' is ink.
function drawing(...rows: string[]): Ink {
  const width = rows[0]!.length;
  return { width, height: rows.length, values: Float32Array.from(rows.join(''), (c) => (c === '#' ? 1 : 0)) };
}

function show(values: Float32Array, columns: number): string[] {
  const text = Array.from(values, (v) => (v > 0.5 ? '#' : v > 0 ? '+' : '.')).join('');
  return text.match(new RegExp(`.{${columns}}`, 'g')) ?? [];
}

describe('the box of a drawing', () => {
  it('is none where nothing is drawn', () => {
    expect(boundingBox(drawing('....', '....'))).toBeNull();
    expect(digitInput(drawing('....', '....'), 8, 8)).toBeNull();
  });
  it('is as small as can be', () =>
    expect(boundingBox(drawing('....', '.##.', '.#..'))).toEqual({ x: 1, y: 1, width: 2, height: 2 }));
});

describe('8 by 8, as the UCI digits', () => {
  it('fills the height, stands in the middle, wherever it was drawn', () => {
    const bar = ['#', '#', '#', '#', '#', '#', '#', '#'];
    const left = digitInput(drawing(...bar.map((c) => `${c}${'.'.repeat(15)}`)), 8, 8)!;
    const right = digitInput(drawing(...bar.map((c) => `${'.'.repeat(13)}${c}..`)), 8, 8)!;
    expect(right).toEqual(left);
    expect(show(left, 8)).toEqual(new Array(8).fill('...++...'));
  });
  it('counts blocks: values are sixteenths', () => {
    const values = digitInput(drawing('.###.', '#...#', '...#.', '..#..', '#####'), 8, 8)!;
    expect(values).toHaveLength(64);
    for (const value of values) expect(value * 16).toBe(Math.round(value * 16));
  });
});

describe('28 by 28, as MNIST', () => {
  it('lies in the middle by its mass, in a box of 20', () => {
    const size = 56;
    const rows = Array.from({ length: size }, (_, y) => (y < 40 ? '#'.repeat(40).padEnd(size, '.') : '.'.repeat(size)));
    const values = digitInput(drawing(...rows), 28, 28)!;
    expect(boundingBox({ values, width: 28, height: 28 })).toEqual({ x: 4, y: 4, width: 20, height: 20 });
  });
});

describe('models that take a drawing', () => {
  it('have one gray image and one row of classes', () => {
    expect(digitShape([[1, 8, 8, 1]], [[1, 10]])).toEqual({ rows: 8, columns: 8 });
    expect(digitShape([[1, 1, 28, 28]], [[1, 10]])).toEqual({ rows: 28, columns: 28 });
    expect(digitShape([[1, 96, 96, 3]], [[1, 2]])).toBeNull();
    expect(digitShape([[1, 640]], [[1, 640]])).toBeNull();
    expect(digitShape([[1, 8, 8, 1], [1]], [[1, 10]])).toBeNull();
  });
});

// A drawing as the input of a digit classifier. Pure: ink is an array of 0..1, row by row.
export interface Ink {
  values: Float32Array;
  width: number;
  height: number;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const INK = 0.15; // what counts as drawn

export function boundingBox(ink: Ink): Box | null {
  let left = ink.width;
  let right = -1;
  let top = ink.height;
  let bottom = -1;
  for (let y = 0; y < ink.height; ++y) {
    for (let x = 0; x < ink.width; ++x) {
      if (ink.values[y * ink.width + x]! < INK) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

// The mean of the ink under each cell of a grid that lies over `box`, which may reach beyond the drawing.
export function areaMean(ink: Ink, box: Box, columns: number, rows: number): Float32Array {
  const cells = new Float32Array(columns * rows);
  const dx = box.width / columns;
  const dy = box.height / rows;
  // Points of a fine raster stand for the area.
  const fine = Math.max(2, Math.ceil(Math.max(dx, dy)));
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) {
      let sum = 0;
      for (let i = 0; i < fine * fine; ++i) {
        const x = Math.floor(box.x + (column + ((i % fine) + 0.5) / fine) * dx);
        const y = Math.floor(box.y + (row + (Math.floor(i / fine) + 0.5) / fine) * dy);
        if (x >= 0 && x < ink.width && y >= 0 && y < ink.height) sum += ink.values[y * ink.width + x]!;
      }
      cells[row * columns + column] = sum / (fine * fine);
    }
  }
  return cells;
}

// As the UCI digits were made: the digit fills a square bitmap of 32 × 32 points, blocks of 4 × 4 are
// counted. 0..1 each.
function counted(ink: Ink, box: Box): Float32Array {
  const side = Math.max(box.width, box.height);
  const square = { x: box.x + box.width / 2 - side / 2, y: box.y + box.height / 2 - side / 2, width: side, height: side };
  const bitmap = areaMean(ink, square, 32, 32).map((v) => (v >= 0.5 ? 1 : 0));
  return areaMean({ values: bitmap, width: 32, height: 32 }, { x: 0, y: 0, width: 32, height: 32 }, 8, 8);
}

// As MNIST was made: the digit in a box of 20/28 of the side, its centre of mass in the middle.
function centred(ink: Ink, box: Box, columns: number, rows: number): Float32Array {
  const side = (Math.max(box.width, box.height) * 28) / 20;
  let mass = 0;
  let mx = 0;
  let my = 0;
  for (let y = box.y; y < box.y + box.height; ++y) {
    for (let x = box.x; x < box.x + box.width; ++x) {
      const v = ink.values[y * ink.width + x]!;
      mass += v;
      mx += v * (x + 0.5);
      my += v * (y + 0.5);
    }
  }
  const square = { x: mx / mass - side / 2, y: my / mass - side / 2, width: side, height: side };
  return areaMean(ink, square, columns, rows);
}

// The model's input, rows × columns values 0..1; null where nothing is drawn.
export function digitInput(ink: Ink, rows: number, columns: number): Float32Array | null {
  const box = boundingBox(ink);
  if (!box) return null;
  return rows === 8 && columns === 8 ? counted(ink, box) : centred(ink, box, columns, rows);
}

// Rows and columns of a model that such a drawing can be given to: one gray image in, classes out.
export function digitShape(inputs: number[][], outputs: number[][]): { rows: number; columns: number } | null {
  const [input] = inputs;
  const [output] = outputs;
  if (inputs.length !== 1 || outputs.length !== 1 || !input || !output) return null;
  const dims = input.filter((dim) => dim !== 1);
  const classes = output.reduce((product, dim) => product * dim, 1);
  if (dims.length !== 2 || classes < 2 || classes > 100) return null;
  const [rows, columns] = dims as [number, number];
  return rows >= 8 && columns >= 8 && rows <= 64 && columns <= 64 ? { rows, columns } : null;
}

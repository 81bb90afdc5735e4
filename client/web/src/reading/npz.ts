// An array as the .npz that datasets are: a zip (stored, not packed) with one .npy in it.
const encoder = new TextEncoder();

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; ++k) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// NumPy's format 1.0, float32 in C order; the header fills a multiple of 64 bytes.
export function npy(values: Float32Array, shape: number[]): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dims}), }`;
  const header = 10 + Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const bytes = new Uint8Array(header + values.length * 4);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, header - 10, true);
  bytes.set(encoder.encode(text.padEnd(header - 11) + '\n'), 10);
  values.forEach((value, i) => view.setFloat32(header + i * 4, value, true));
  return bytes;
}

// Zip's local header (0x04034b50), directory entry (0x02014b50) and end (0x06054b50), APPNOTE 4.3.
export function npz(name: string, values: Float32Array, shape: number[]): Blob {
  const file = encoder.encode(`${name}.npy`);
  const data = npy(values, shape);
  const common = (view: DataView, at: number) => {
    view.setUint16(at, 20, true); // version that unpacks it
    view.setUint32(at + 10, crc32(data), true);
    view.setUint32(at + 14, data.length, true);
    view.setUint32(at + 18, data.length, true);
    view.setUint16(at + 22, file.length, true);
  };
  const local = new DataView(new ArrayBuffer(30));
  local.setUint32(0, 0x04034b50, true);
  common(local, 4);
  const entry = new DataView(new ArrayBuffer(46));
  entry.setUint32(0, 0x02014b50, true);
  entry.setUint16(4, 20, true);
  common(entry, 6);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, 1, true);
  end.setUint16(10, 1, true);
  end.setUint32(12, 46 + file.length, true);
  end.setUint32(16, 30 + file.length + data.length, true);
  return new Blob([local.buffer, file, data as BlobPart, entry.buffer, file, end.buffer]);
}

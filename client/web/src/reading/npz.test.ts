// That a server reads such a file is shown by e2e/3_try; here is what can be said without one.
import { describe, expect, it } from 'vitest';
import { crc32, npy, npz } from './npz';

describe('npz', () => {
  it('has the checksum that zip wants', () => expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926));
  it('begins its values at a multiple of 64 bytes', () => {
    const file = npy(Float32Array.of(1, 2), [1, 2]);
    const header = 10 + file[8]! + file[9]! * 256;
    expect(header % 64).toBe(0);
    expect(file.length).toBe(header + 8);
    expect(new TextDecoder('latin1').decode(file.slice(10, header))).toContain("'shape': (1, 2)");
  });
  it('writes a directory that points at the file', async () => {
    const data = new DataView(await npz('x', new Float32Array(64), [1, 8, 8, 1]).arrayBuffer());
    const end = data.byteLength - 22;
    expect(data.getUint32(end, true)).toBe(0x06054b50);
    const directory = data.getUint32(end + 16, true);
    expect(data.getUint32(directory, true)).toBe(0x02014b50);
    expect(directory + data.getUint32(end + 12, true)).toBe(end);
  });
});

// The values that a board returned: base64 of little-endian bytes in the tensor's own type.
import type { TensorDescription } from '../api/types';

type Read = (view: DataView, at: number) => number;

const TYPES: Record<string, { bytes: number; read: Read }> = {
  float32: { bytes: 4, read: (v, at) => v.getFloat32(at, true) },
  int8: { bytes: 1, read: (v, at) => v.getInt8(at) },
  uint8: { bytes: 1, read: (v, at) => v.getUint8(at) },
  int16: { bytes: 2, read: (v, at) => v.getInt16(at, true) },
  int32: { bytes: 4, read: (v, at) => v.getInt32(at, true) },
  int64: { bytes: 8, read: (v, at) => Number(v.getBigInt64(at, true)) },
  bool: { bytes: 1, read: (v, at) => v.getUint8(at) },
};

// Real values: scale × (q − zero point) where the tensor is quantized. Empty for a type that is not known.
export function realValues(tensor: TensorDescription, base64: string): number[] {
  const type = TYPES[tensor.dtype ?? ''];
  if (!type) return [];
  const text = atob(base64);
  const view = new DataView(Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer);
  const scale = tensor.scale ?? 1;
  const zero = tensor.scale === undefined ? 0 : (tensor.zero_point ?? 0);
  return Array.from({ length: Math.floor(text.length / type.bytes) }, (_, i) => scale * (type.read(view, i * type.bytes) - zero));
}

// A layer's name as a person knows it; the command line's base/text/layer_name.h has the same rule.
// TensorFlow's converter joins the names of everything it fused: "net/stem_1/Relu;net/stem_1/BiasAdd;…" becomes
// "stem_1"; other names stay as they are.
export function shortLayerName(name: string | undefined): string {
  const first = (name ?? '').split(';')[0]!;
  const last = first.lastIndexOf('/');
  if (last <= 0) return first;
  const before = first.lastIndexOf('/', last - 1);
  return before < 0 ? first : first.slice(before + 1, last);
}

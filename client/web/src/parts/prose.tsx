// A server's sentence: what stands in `backquotes` is a command or a name.
export function Prose(props: { text: string | undefined }) {
  const pieces = (props.text ?? '').split('`');
  return <>{pieces.map((piece, i) => (i % 2 ? <code key={i}>{piece}</code> : piece))}</>;
}

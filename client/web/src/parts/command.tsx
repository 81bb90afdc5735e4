// A command line to copy.
import { useState } from 'preact/hooks';

export function Command(props: { text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.text);
      setCopied(true);
    } catch {
      setCopied(false); // the browser forbids it; the text can be marked
    }
  };
  return (
    <div class="command">
      <code>{props.text}</code>
      <button type="button" class="quiet" onClick={copy} aria-label={`Copy the command: ${props.text}`}>
        {copied ? 'copied' : 'copy'}
      </button>
    </div>
  );
}

// Fields of forms, each with its label.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { bytes } from '../reading/format';

export type Choice = string | [value: string, name: string];

export function Select(props: {
  label: string;
  value: string;
  values: Choice[];
  any?: string; // the name of the empty choice; without it there is none
  onChange: (value: string) => void;
}) {
  const choices = props.values.map((choice) => (typeof choice === 'string' ? ([choice, choice] as const) : choice));
  // What the address asks for stands in the list even where the server does not know it.
  const known = props.value === '' || choices.some(([value]) => value === props.value);
  return (
    <label class="field">
      <span>{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.currentTarget.value)}>
        {props.any !== undefined && <option value="">{props.any}</option>}
        {!known && <option value={props.value}>{props.value}</option>}
        {choices.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function Text(props: { label: string; value: string; hint?: string; onChange: (value: string) => void }) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input type="text" value={props.value} placeholder={props.hint} onInput={(event) => props.onChange(event.currentTarget.value)} />
    </label>
  );
}

// A place for a file: dropped, or chosen with the keyboard.
export function FileDrop(props: {
  label: string;
  accept: string;
  file: File | undefined;
  onFile: (file: File | undefined) => void;
  children?: ComponentChildren; // what may be dropped here
}) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer?.files[0];
    if (file) props.onFile(file);
  };
  return (
    <div
      class={`drop ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label>
        <span class="drop-label">{props.label}</span>
        <input
          ref={input}
          type="file"
          accept={props.accept}
          onChange={(event) => props.onFile(event.currentTarget.files?.[0] ?? undefined)}
        />
      </label>
      {props.file ? (
        <p class="drop-file">
          <strong>{props.file.name}</strong>, {bytes(props.file.size)}{' '}
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${props.file.name}`}
            onClick={() => {
              props.onFile(undefined);
              if (input.current) input.current.value = '';
            }}
          >
            remove
          </button>
        </p>
      ) : (
        <p class="drop-hint">{props.children}</p>
      )}
    </div>
  );
}

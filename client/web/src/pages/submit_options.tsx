// Options of compiler and run, a row each. The usual ones are offered by name; the server knows all.
export interface OptionRow {
  key: string;
  value: string;
}

const USUAL: [key: string, what: string][] = [
  ['samples', 'timed runs (20)'],
  ['warmup', 'runs before them (2)'],
  ['board_samples', 'samples of the dataset on the board (100)'],
  ['clock', 'in MHz'],
  ['dcache', 'on or off'],
  ['icache', 'on or off'],
  ['arena', 'memory of the arena, e.g. DTCM'],
  ['weights', 'memory of the weights'],
  ['objective', 'time, ram or balanced'],
  ['kernels', 'fast or ref'],
  ['trace', 'samples to compare layer by layer'],
  ['functions', 'samples of the program counter'],
];

export function OptionRows(props: { rows: OptionRow[]; onChange: (rows: OptionRow[]) => void }) {
  const { rows, onChange } = props;
  const edit = (at: number, change: Partial<OptionRow>) => onChange(rows.map((row, i) => (i === at ? { ...row, ...change } : row)));
  return (
    <>
      <datalist id="usual-options">
        {USUAL.map(([key, what]) => (
          <option key={key} value={key}>
            {what}
          </option>
        ))}
      </datalist>
      {rows.map((row, i) => (
        <div class="option-row" key={i}>
          <input
            type="text"
            list="usual-options"
            aria-label={`Option ${i + 1}, name`}
            placeholder="name"
            value={row.key}
            onInput={(event) => edit(i, { key: event.currentTarget.value })}
          />
          <span aria-hidden="true">=</span>
          <input
            type="text"
            aria-label={`Option ${i + 1}, value`}
            placeholder={USUAL.find(([key]) => key === row.key)?.[1] ?? 'value'}
            value={row.value}
            onInput={(event) => edit(i, { value: event.currentTarget.value })}
          />
          <button type="button" class="quiet" aria-label={`Remove option ${i + 1}`} onClick={() => onChange(rows.filter((_, at) => at !== i))}>
            remove
          </button>
        </div>
      ))}
      <button type="button" onClick={() => onChange([...rows, { key: '', value: '' }])}>
        Add an option
      </button>
    </>
  );
}

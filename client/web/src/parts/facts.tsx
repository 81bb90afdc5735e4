// Names and values. A value that is not known leaves its row out.
import type { ComponentChildren } from 'preact';

export type Fact = [name: string, value: ComponentChildren];

export function Facts(props: { facts: Fact[]; class?: string }) {
  return (
    <dl class={`facts ${props.class ?? ''}`}>
      {props.facts
        .filter(([, value]) => value !== undefined && value !== '' && value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

// A figure that is read from afar.
export function Figure(props: { name: string; value: string; unit?: string; children?: ComponentChildren }) {
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd>
        <span class="figure-value">{props.value}</span>
        {props.unit && <span class="figure-unit"> {props.unit}</span>}
        {props.children && <div class="figure-note">{props.children}</div>}
      </dd>
    </div>
  );
}

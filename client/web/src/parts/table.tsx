// A table with its caption. Where it is wider than the screen it scrolls by itself, with the keyboard too.
import type { ComponentChildren } from 'preact';

export function Table(props: {
  caption: string;
  showCaption?: boolean;
  head: ComponentChildren; // th elements
  children: ComponentChildren; // tr elements
  class?: string;
}) {
  return (
    <div class="table" role="region" aria-label={props.caption} tabIndex={0}>
      <table class={props.class}>
        <caption class={props.showCaption ? '' : 'only-read'}>{props.caption}</caption>
        <thead>
          <tr>{props.head}</tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

export function Columns(props: { names: (string | [name: string, alignment: 'number'])[] }) {
  return (
    <>
      {props.names.map((column) =>
        typeof column === 'string' ? (
          <th scope="col" key={column}>
            {column}
          </th>
        ) : (
          <th scope="col" class="number" key={column[0]}>
            {column[0]}
          </th>
        ),
      )}
    </>
  );
}

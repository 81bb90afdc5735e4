// The frame of every page: its title in the window and above the content, where the focus goes after a link.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link } from 'wouter-preact';

let first = true; // when the program starts, the focus stays where the browser has it

export function Page(props: {
  title: string;
  under?: [href: string, name: string]; // the list that this is one of
  aside?: ComponentChildren; // beside the title
  lead?: ComponentChildren; // a line below it
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · Edgerack`;
  }, [props.title]);
  useEffect(() => {
    if (!first) {
      heading.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first = false;
  }, []);
  return (
    <article class="page">
      {props.under && (
        <p class="under">
          <Link href={props.under[0]}>{props.under[1]}</Link> <span aria-hidden="true">/</span>
        </p>
      )}
      <div class="title">
        <h1 tabIndex={-1} ref={heading}>
          {props.title}
        </h1>
        {props.aside && <div class="aside">{props.aside}</div>}
      </div>
      {props.lead && <p class="lead">{props.lead}</p>}
      {props.children}
    </article>
  );
}

// A part of a page with a heading of its own.
export function Section(props: { title: string; note?: ComponentChildren; class?: string; children: ComponentChildren }) {
  const id = `s-${props.title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  return (
    <section aria-labelledby={id} class={`card ${props.class ?? ''}`}>
      <div class="card-head">
        <h2 id={id}>{props.title}</h2>
        {props.note && <p class="note">{props.note}</p>}
      </div>
      {props.children}
    </section>
  );
}

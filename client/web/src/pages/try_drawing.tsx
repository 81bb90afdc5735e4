// A canvas to draw on: with a pointer, or with the keyboard (arrows move the pen, space sets it down and lifts it).
import type { MutableRef } from 'preact/hooks';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Ink } from '../reading/digit';

const SIDE = 280; // CSS pixels and canvas pixels
const PEN = 30;
const STEP = 14;

export interface DrawingHandle {
  ink: () => Ink;
  clear: () => void;
  example: () => void;
}

type At = [x: number, y: number];

// A three, as strokes: two half circles.
const EXAMPLE: At[] = Array.from({ length: 41 }, (_, i) => {
  const upper = i <= 20;
  const angle = -Math.PI * 0.85 + ((upper ? i : i - 20) / 20) * Math.PI * (upper ? 1.35 : 1.4) + (upper ? 0 : Math.PI * 0.35);
  return [132 + 46 * Math.cos(angle), (upper ? 92 : 178) + (upper ? 42 : 46) * Math.sin(angle)];
});

function line(context: CanvasRenderingContext2D, from: At, to: At): void {
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
}

export function Drawing(props: { handle: MutableRef<DrawingHandle | null> }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<At | null>(null); // of the pointer, while it is down
  const [pen, setPen] = useState<{ at: At; down: boolean }>();

  const context = () => {
    const c = canvas.current!.getContext('2d', { willReadFrequently: true })!;
    Object.assign(c, { lineWidth: PEN, lineCap: 'round', lineJoin: 'round', strokeStyle: '#fff' });
    return c;
  };
  const clear = () => context().clearRect(0, 0, SIDE, SIDE);

  useEffect(() => {
    props.handle.current = {
      clear,
      example: () => {
        clear();
        EXAMPLE.slice(1).forEach((to, i) => line(context(), EXAMPLE[i]!, to));
      },
      ink: () => {
        const { data } = context().getImageData(0, 0, SIDE, SIDE);
        const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => data[i * 4 + 3]! / 255);
        return { values, width: SIDE, height: SIDE };
      },
    };
  });

  const at = (event: PointerEvent): At => {
    const box = canvas.current!.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  };
  const down = (event: PointerEvent) => {
    event.preventDefault();
    canvas.current!.setPointerCapture(event.pointerId);
    last.current = at(event);
    line(context(), last.current, last.current);
    setPen(undefined);
  };
  const move = (event: PointerEvent) => {
    if (!last.current) return;
    const to = at(event);
    line(context(), last.current, to);
    last.current = to;
  };
  const key = (event: KeyboardEvent) => {
    const moves: Record<string, At> = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const now = pen ?? { at: [SIDE / 2, SIDE / 2] as At, down: false };
    if (event.key === ' ') {
      if (!now.down) line(context(), now.at, now.at);
      setPen({ ...now, down: !now.down });
    } else if (moves[event.key]) {
      const [dx, dy] = moves[event.key]!;
      const inside = (v: number) => Math.max(PEN / 2, Math.min(SIDE - PEN / 2, v));
      const to: At = [inside(now.at[0] + dx), inside(now.at[1] + dy)];
      if (now.down) line(context(), now.at, to);
      setPen({ ...now, at: to });
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div class="drawing">
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        tabIndex={0}
        role="application"
        aria-label="Canvas for a digit"
        aria-describedby="drawing-help"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={() => (last.current = null)}
        onPointerCancel={() => (last.current = null)}
        onKeyDown={key}
        onBlur={() => setPen(undefined)}
      />
      {pen && (
        <svg class="pen" viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
          <circle cx={pen.at[0]} cy={pen.at[1]} r={PEN / 2} class={pen.down ? 'pen-down' : ''} />
        </svg>
      )}
      <p class="note" id="drawing-help">
        Large, with finger or mouse. With the keyboard: arrows move the pen, space sets it down and lifts it.
      </p>
    </div>
  );
}

// Which boards: one of the list, or a selector in words.
import type { Board } from '../api/types';
import { BoardState } from '../parts/board_state';
import { Text } from '../parts/fields';

export function BoardChoice(props: {
  boards: Board[];
  selector: string;
  all: boolean;
  onSelector: (selector: string) => void;
  onAll: (all: boolean) => void;
}) {
  return (
    <>
      <fieldset class="board-choice">
        <legend>One of these</legend>
        {props.boards.map((board) => (
          <label key={board.id} class={`pick ${props.selector === board.id ? 'picked-one' : ''}`}>
            <input
              type="radio"
              name="board"
              checked={props.selector === board.id}
              onChange={() => {
                props.onSelector(board.id ?? '');
                props.onAll(false);
              }}
            />
            <span>{board.id}</span> <BoardState board={board} />
          </label>
        ))}
        {props.boards.length === 0 && <p class="calm">No board has been reported yet.</p>}
      </fieldset>
      <div class="filters">
        <Text label="Or a selector" value={props.selector} hint="kind=…, chip=…, family=…, tag=…" onChange={props.onSelector} />
        <label class="check">
          <input type="checkbox" checked={props.all} onChange={(event) => props.onAll(event.currentTarget.checked)} />
          A result from each board that matches
        </label>
      </div>
    </>
  );
}

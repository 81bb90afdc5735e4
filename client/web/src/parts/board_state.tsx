// How a board is: state and health are two axes, the reason says why.
import { Link } from 'wouter-preact';
import type { Board, Job } from '../api/types';
import { Badge, Virtual } from './badge';

// The unfinished job whose run has the board.
export function jobOn(board: Board, jobs: Job[]): Job | undefined {
  if (!board.run) return undefined;
  return jobs.find((job) => job.runs?.some((run) => run.id === board.run));
}

export function BoardState(props: { board: Board }) {
  const { board } = props;
  const unhealthy = board.health && board.health !== 'HEALTHY';
  return (
    <>
      <Badge state={board.state} /> {unhealthy && <Badge state={board.health} />}
    </>
  );
}

export function BoardTile(props: { board: Board; jobs: Job[] }) {
  const { board } = props;
  const job = jobOn(board, props.jobs);
  const run = job?.runs?.find((one) => one.id === board.run);
  return (
    <li class="tile">
      <p class="tile-title">
        <Link href={`/boards/${board.id}`}>{board.id}</Link> <Virtual when={board.virtual} />
      </p>
      <p>
        <BoardState board={board} />
      </p>
      <p class="tile-note">
        {job ? (
          <>
            <Link href={`/jobs/${job.id}`}>{job.model_display_name}</Link>, {run?.stage}
          </>
        ) : (
          board.reason || board.chip
        )}
      </p>
    </li>
  );
}

// Draw a digit; a board answers.
import { useRef, useState } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { listBoards, listModels, uploadModel } from '../api/api';
import { ApiError, asApiError } from '../api/error';
import { EXAMPLE_NAME, exampleModel } from '../api/example';
import { useResource } from '../api/resource';
import { Select } from '../parts/fields';
import { Empty, ErrorPanel, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { digitInput } from '../reading/digit';
import { Answer } from './try_answer';
import { Drawing, type DrawingHandle } from './try_drawing';
import { type DigitModel, findDigitModels, infer, type Inference } from './try_inference';

function GetExample(props: { got: () => void }) {
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await uploadModel(EXAMPLE_NAME, await exampleModel());
      props.got();
    } catch (caught) {
      setError(asApiError(caught));
    }
    setBusy(false);
  };
  return (
    <Empty title="The server has no model yet that knows digits">
      <p>One that takes a single gray image and gives classes will do: of 8×8 pixels as the example here, or of 28×28 as MNIST.</p>
      <p>
        <button type="button" class="primary" onClick={send} disabled={busy}>
          {busy ? 'Uploading…' : 'Use the example model (19 KB)'}
        </button>
      </p>
      {error && <ErrorPanel error={error} />}
    </Empty>
  );
}

function Try(props: { models: DigitModel[] }) {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const boards = useResource('boards', listBoards, 5_000);
  const drawing = useRef<DrawingHandle>(null);
  const [stage, setStage] = useState('');
  const [inference, setInference] = useState<Inference>();
  const [error, setError] = useState<ApiError>();
  const ids = (boards.value ?? []).map((board) => board.id ?? '');
  const board = parameters.get('board') ?? ids[0] ?? '';
  const model = props.models.find((one) => one.id === parameters.get('model')) ?? props.models[0]!;
  const set = (key: string, value: string) => {
    parameters.set(key, value);
    navigate(`/try?${parameters}`, { replace: true });
  };

  const ask = async () => {
    const ink = drawing.current?.ink();
    const values = ink && digitInput(ink, model.rows, model.columns);
    setError(undefined);
    if (!values) {
      setError(new ApiError('USER', 'NOTHING_DRAWN', 'there is no ink on the canvas; draw a digit first', 0));
      return;
    }
    setStage('uploading');
    try {
      setInference(await infer(model, values, board, setStage));
    } catch (caught) {
      setError(asApiError(caught));
    }
    setStage('');
  };

  return (
    <>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Select
          label="Model"
          value={model.id}
          values={props.models.map((one): [string, string] => [one.id, `${one.name}, ${one.rows}×${one.columns}`])}
          onChange={(id) => set('model', id)}
        />
        <Select label="Board" value={board} values={ids} onChange={(id) => set('board', id)} />
      </form>
      <div class="try">
        <Section title="Draw">
          <Drawing handle={drawing} />
          <div class="submit-bar">
            <button type="button" class="primary" onClick={() => void ask()} disabled={stage !== '' || !board}>
              Ask the board
            </button>
            <button type="button" onClick={() => drawing.current?.clear()}>
              Clear
            </button>
            <button type="button" onClick={() => drawing.current?.example()}>
              Draw one for me
            </button>
            <span role="status">{stage && `${stage}…`}</span>
          </div>
        </Section>
        <Section title="The board’s answer">
          {error && <ErrorPanel error={error} />}
          {inference ? (
            <Answer inference={inference} rows={model.rows} columns={model.columns} />
          ) : (
            <p class="calm">
              The drawing becomes a dataset of one sample and a job; the answer has a result of its own, like every run. Watch them in{' '}
              <Link href="/jobs">Jobs</Link>.
            </p>
          )}
        </Section>
      </div>
    </>
  );
}

export function TryPage() {
  const models = useResource('digit models', async (s) => findDigitModels(await listModels(s), s));
  return (
    <Page title="Try it" lead="Draw a digit, and a board of the farm says what it is and how long it took.">
      <Loaded of={models} what="models that know digits">
        {(list) => (list.length === 0 ? <GetExample got={models.reload} /> : <Try models={list} />)}
      </Loaded>
    </Page>
  );
}

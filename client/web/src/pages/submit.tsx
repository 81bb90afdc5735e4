// A job: a model, boards, and how. The address may bring a model and a board along.
import { useState } from 'preact/hooks';
import { useLocation, useSearch } from 'wouter-preact';
import { createJob, listBoards, listDatasets, listModels, uploadDataset, uploadModel } from '../api/api';
import { ApiError, asApiError } from '../api/error';
import { exampleModel } from '../api/example';
import { useResource } from '../api/resource';
import type { JobSpec } from '../api/types';
import { FileDrop, Select } from '../parts/fields';
import { ErrorPanel } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { newRequestId } from '../reading/request_id';
import { BoardChoice } from './submit_boards';
import { ModelSummary } from './submit_model';
import { OptionRows, type OptionRow } from './submit_options';

const QUANTIZERS: [string, string][] = [
  ['none', 'none: as the model is'],
  ['int8', 'int8'],
  ['int8-int16', 'int8 with int16 activations where needed'],
  ['int8-float', 'int8 with float layers where needed'],
  ['weights-int8', 'int8 weights alone'],
];

interface Sending {
  what: string;
  share?: number;
}

// A file to upload, or the name of what the server has already; neither = none.
interface Source {
  file?: File;
  name: string;
}

async function resolve(source: Source, what: string, send: typeof uploadModel | typeof uploadDataset, tell: (s: Sending) => void) {
  if (!source.file) return source.name;
  tell({ what: `Uploading the ${what}`, share: 0 });
  const sent = await send(source.file.name, source.file, (share) => tell({ what: `Uploading the ${what}`, share }));
  return sent.name ?? '';
}

export function SubmitPage() {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const [model, setModel] = useState<Source>({ name: parameters.get('model') ? `models/${parameters.get('model')}` : '' });
  const [dataset, setDataset] = useState<Source>({ name: '' });
  const [calibration, setCalibration] = useState<Source>({ name: '' });
  const [selector, setSelector] = useState(parameters.get('board') ?? '');
  const [all, setAll] = useState(false);
  const [quantize, setQuantize] = useState('none');
  const [options, setOptions] = useState<OptionRow[]>([]);
  const [sending, setSending] = useState<Sending>();
  const [error, setError] = useState<ApiError>();
  const models = useResource('models', listModels);
  const datasets = useResource('datasets', listDatasets);
  const boards = useResource('boards', listBoards, 5_000);
  const ready = (model.file || model.name) && (selector || all);

  const submit = async () => {
    setError(undefined);
    try {
      const spec: JobSpec = {
        model: await resolve(model, 'model', uploadModel, setSending),
        dataset: (await resolve(dataset, 'dataset', uploadDataset, setSending)) || undefined,
        calibration: (await resolve(calibration, 'calibration samples', uploadDataset, setSending)) || undefined,
        board_selector: selector,
        all_boards: all,
        quantize,
        options: Object.fromEntries(options.filter(({ key }) => key.trim()).map(({ key, value }) => [key.trim(), value.trim()])),
      };
      setSending({ what: 'Creating the job' });
      const job = await createJob(spec, newRequestId());
      navigate(`/jobs/${job.id}`);
    } catch (caught) {
      setError(asApiError(caught));
      setSending(undefined);
    }
  };

  const kept = (datasets.value ?? []).map((one): [string, string] => [one.name ?? '', one.display_name ?? '']);
  const samples = (label: string, source: Source, set: (source: Source) => void, hint: string) => (
    <div class="source">
      <FileDrop label={label} accept=".npz" file={source.file} onFile={(file) => set({ file, name: '' })}>
        {hint}
      </FileDrop>
      {kept.length > 0 && !source.file && (
        <Select label={`${label} the server has`} value={source.name} any="none" values={kept} onChange={(name) => set({ name })} />
      )}
    </div>
  );
  return (
    <Page title="Submit a model">
      <form
        class="submit"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Section title="Model">
          <div class="source">
            <FileDrop label="Model file" accept=".tflite,.onnx,.h5,.keras" file={model.file} onFile={(file) => setModel({ file, name: '' })}>
              Drop a .tflite, .onnx, .h5 or .keras here, choose one, or{' '}
              <button type="button" class="quiet" onClick={async () => setModel({ file: await exampleModel(), name: '' })}>
                take the example
              </button>{' '}
              (handwritten digits, 19 KB).
            </FileDrop>
            {!model.file && (models.value?.length ?? 0) > 0 && (
              <Select
                label="Or one the server has"
                value={model.name}
                any="choose…"
                values={models.value!.map((one): [string, string] => [one.name ?? '', `${one.display_name} (${one.id?.slice(0, 8)})`])}
                onChange={(name) => setModel({ name })}
              />
            )}
          </div>
          {!model.file && model.name && <ModelSummary name={model.name} />}
        </Section>
        <Section title="Boards">
          <BoardChoice boards={boards.value ?? []} selector={selector} all={all} onSelector={setSelector} onAll={setAll} />
        </Section>
        <Section title="Samples and quantization">
          <div class="halves">
            {samples('Dataset', dataset, setDataset, 'An .npz with x and y: gives accuracy. Without one, one random sample runs.')}
            {samples('Calibration', calibration, setCalibration, 'An .npz with x: ranges for int8.')}
          </div>
          <Select label="Quantize" value={quantize} values={QUANTIZERS} onChange={setQuantize} />
        </Section>
        <Section title="Options">
          <OptionRows rows={options} onChange={setOptions} />
        </Section>
        {error && <ErrorPanel error={error} title="The job was not accepted" />}
        <div class="submit-bar">
          <button type="submit" class="primary" disabled={!ready || sending !== undefined}>
            Submit the job
          </button>
          <span role="status">
            {sending ? (
              <>
                {sending.what}…{' '}
                {sending.share !== undefined && <progress value={sending.share} aria-label={sending.what} />}
              </>
            ) : ready ? (
              ''
            ) : (
              'Needs a model and a board.'
            )}
          </span>
        </div>
      </form>
    </Page>
  );
}

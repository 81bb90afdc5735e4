// One drawing through a model on a board: a dataset of one sample, a job, its result and its outputs.
import { createJob, getModelView, getOutputs, uploadDataset } from '../api/api';
import { ApiError, ofJob } from '../api/error';
import type { Job, Model, Result, WatchJobResponse } from '../api/types';
import { watchJob } from '../api/watch';
import { digitShape } from '../reading/digit';
import { npz } from '../reading/npz';
import { newRequestId } from '../reading/request_id';
import { realValues } from '../reading/tensor_values';

export interface DigitModel {
  id: string;
  name: string;
  rows: number;
  columns: number;
  shape: number[];
}

export interface Inference {
  result: Result;
  input: Float32Array;
  classes: number[]; // a probability for each
  tookMs: number; // from the click to the answer
}

const MOST_MODELS = 8;
const LIKELY = /digit|mnist/i;
// Few timed runs: the answer is wanted soon.
const OPTIONS = { samples: '5', warmup: '1', board_samples: '1' };

// Of the newest models those that a drawing can be given to, likely names first.
export async function findDigitModels(models: Model[], signal: AbortSignal): Promise<DigitModel[]> {
  const likely = models.filter((model) => LIKELY.test(model.display_name ?? ''));
  const others = models.filter((model) => !LIKELY.test(model.display_name ?? ''));
  const views = [...likely, ...others].slice(0, MOST_MODELS).map(async (model): Promise<DigitModel[]> => {
    try {
      const view = await getModelView(model.id ?? '', signal);
      const shapes = (list: typeof view.inputs) => (list ?? []).map((tensor) => tensor.shape ?? []);
      const size = digitShape(shapes(view.inputs), shapes(view.outputs));
      if (!size) return [];
      return [{ id: model.id ?? '', name: model.display_name ?? '', ...size, shape: view.inputs![0]!.shape ?? [] }];
    } catch (error) {
      // A file that cannot be read is no model for this page; a server that does not answer is told.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) return [];
      throw error;
    }
  });
  return (await Promise.all(views)).flat();
}

function stageOf(job: Job): string {
  const run = job.runs?.[0];
  return job.state === 'RUNNING' ? run?.stage || 'waiting' : (job.state ?? '').toLowerCase();
}

function follow(id: string, tell: (stage: string) => void): Promise<WatchJobResponse> {
  return new Promise((resolve, reject) => {
    let last: WatchJobResponse | undefined;
    watchJob(id, {
      changed: (message) => {
        last = message;
        if (message.job) tell(stageOf(message.job));
      },
      interrupted: (broken) => broken && tell('connecting again'),
      ended: () => (last ? resolve(last) : reject(new ApiError('BUG', 'NO_END', 'the job ended without a word', 0))),
      refused: reject,
    });
  });
}

// Outputs that are no probabilities yet become some.
export function probabilities(values: number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.every((value) => value >= -1e-6) && Math.abs(sum - 1) < 0.1) return values;
  const top = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - top));
  const whole = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / whole);
}

export async function infer(model: DigitModel, input: Float32Array, board: string, tell: (stage: string) => void): Promise<Inference> {
  const began = performance.now();
  const dataset = await uploadDataset('drawing.npz', npz('x', input, [1, ...model.shape.slice(1)]));
  const created = await createJob(
    { model: `models/${model.id}`, dataset: dataset.name, board_selector: board, options: OPTIONS },
    newRequestId(),
  );
  const { job, results } = await follow(created.id ?? '', tell);
  if (job?.state !== 'SUCCEEDED' || !results?.[0]) {
    throw job?.error?.code ? ofJob(job.error) : new ApiError('JOB', 'CANCELLED', 'the job was cancelled', 0);
  }
  const outputs = await getOutputs(results[0].id ?? '');
  const tensor = outputs.outputs?.[0];
  if (!tensor?.tensor) throw new ApiError('BUG', 'NO_OUTPUT', 'the result has no outputs', 0);
  return {
    result: results[0],
    input,
    classes: probabilities(realValues(tensor.tensor, tensor.data ?? '')),
    tookMs: performance.now() - began,
  };
}

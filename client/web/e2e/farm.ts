// The farm that the test was given: tests/web/test_dashboard.py starts it and says where it is.
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Board, Job, Result } from '../src/api/types';

function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; tests/web/test_dashboard.py starts these tests`);
  return value;
}

export const HTTP = given('EDGERACK_E2E_HTTP');

const DIGITS = fileURLToPath(new URL('../../examples/digits/', import.meta.url));
export const MODEL = join(DIGITS, 'digits_int8.tflite');
export const FLOAT_MODEL = join(DIGITS, 'digits_float.tflite');
export const DATASET = join(DIGITS, 'digits.npz');

export async function api<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(HTTP + path, init);
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

export async function upload(kind: 'models' | 'datasets', file: string, displayName: string): Promise<string> {
  const init = { method: 'POST', headers: { 'Content-Type': 'application/octet-stream' }, body: readFileSync(file) };
  return (await api<{ name: string }>(`/v1/${kind}?display_name=${displayName}`, init)).name;
}

// A job to its end; its results.
export async function run(
  model: string,
  board: string,
  options: Record<string, string> = {},
  dataset?: string,
): Promise<Result[]> {
  const job = await api<Job>('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model, dataset, board_selector: board, options: { samples: '3', warmup: '0', ...options } }),
  });
  await (await fetch(`${HTTP}/v1/jobs/${job.id}:watch`)).text();
  const ended = await api<Job>(`/v1/jobs/${job.id}`);
  if (ended.state !== 'SUCCEEDED') throw new Error(`job ${job.id}: ${JSON.stringify(ended.error)}`);
  return (await api<{ results: Result[] }>(`/v1/results?job=jobs/${job.id}`)).results;
}

export const result = (id: string) => api<Result>(`/v1/results/${id}`);
export const boards = () => api<{ boards: Board[] }>('/v1/boards').then((page) => page.boards);

export function killAgent(): void {
  process.kill(Number(readFileSync(join(given('EDGERACK_E2E_FARM'), 'run/agent.pid'), 'utf8')), 'SIGKILL');
}

export function startAgent(): ChildProcess {
  return spawn(
    join(given('EDGERACK_E2E_BIN'), 'edgerack-agent'),
    ['--config', join(given('EDGERACK_E2E_FARM'), 'agent/boards.toml')],
    { stdio: 'ignore' },
  );
}

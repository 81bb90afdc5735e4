// The calls that the pages make. Names are the API's: "boards/{id}", "jobs/{id}", …
import { get, post, upload } from './http';
import type * as t from './types';

// Of "results/abc" the "abc".
export function idOf(name: string | undefined): string {
  return name?.slice(name.indexOf('/') + 1) ?? '';
}

export const listBoards = (signal?: AbortSignal) =>
  get<t.BoardPage>('/v1/boards', { page_size: 1000 }, signal).then((page) => page.boards ?? []);
export const getBoard = (id: string, signal?: AbortSignal) =>
  get<t.Board>(`/v1/boards/${encodeURIComponent(id)}`, {}, signal);

export const listJobs = (query: t.JobQuery, signal?: AbortSignal) => get<t.JobPage>('/v1/jobs', query, signal);
export const getJob = (id: string, signal?: AbortSignal) =>
  get<t.Job>(`/v1/jobs/${encodeURIComponent(id)}`, {}, signal);
export const cancelJob = (id: string) => post<t.Job>(`/v1/jobs/${encodeURIComponent(id)}:cancel`, {});
// The same requestId gives the same job, however often it is sent.
export const createJob = (spec: t.JobSpec, requestId: string) =>
  post<t.Job>('/v1/jobs', spec, { request_id: requestId });

export const listResults = (query: t.ResultQuery, signal?: AbortSignal) =>
  get<t.ResultPage>('/v1/results', query, signal);
export const getResult = (id: string, signal?: AbortSignal) =>
  get<t.Result>(`/v1/results/${encodeURIComponent(id)}`, {}, signal);
export const explainResult = (id: string, signal?: AbortSignal) =>
  get<t.Explanation>(`/v1/results/${encodeURIComponent(id)}/explanation`, {}, signal);
export const getOutputs = (id: string) => get<t.ResultOutputs>(`/v1/results/${encodeURIComponent(id)}/outputs`);
// What changed from `baseline` to `id`; `allow` has codes of differences that were meant.
export const compareResults = (baseline: string, id: string, allow: string[], signal?: AbortSignal) =>
  get<t.Comparison>(`/v1/results/${encodeURIComponent(id)}:compare`, { baseline: `results/${baseline}`, allow }, signal);

const suitePath = (id: string) => `/v1/suites/${encodeURIComponent(id)}`;
const suiteRunPath = (suite: string, run: string) => `${suitePath(suite)}/runs/${encodeURIComponent(run)}`;

export const listSuites = (signal?: AbortSignal) =>
  get<t.SuitePage>('/v1/suites', { page_size: 1000 }, signal).then((page) => page.suites ?? []);
export const getSuite = (id: string, signal?: AbortSignal) => get<t.Suite>(suitePath(id), {}, signal);
export const listSuiteRuns = (id: string, pageToken: string, signal?: AbortSignal) =>
  get<t.SuiteRunPage>(`${suitePath(id)}/runs`, { page_size: 30, page_token: pageToken }, signal);
export const getSuiteRun = (suite: string, run: string, signal?: AbortSignal) =>
  get<t.SuiteRun>(suiteRunPath(suite, run), {}, signal);
export const caseHistory = (id: string, key: string, signal?: AbortSignal) =>
  get<t.CaseHistoryPage>(`${suitePath(id)}/history`, { key, page_size: 100 }, signal);
export const runSuite = (id: string, requestId: string) =>
  post<t.SuiteRun>(`${suitePath(id)}:run`, { trigger: 'dashboard', request_id: requestId });
export const cancelSuiteRun = (suite: string, run: string) => post<t.SuiteRun>(`${suiteRunPath(suite, run)}:cancel`, {});
// From now on these cases are held against what this run measured.
export const acceptBaseline = (suite: string, run: string, keys: string[], reason: string, by: string) =>
  post<unknown>(`${suiteRunPath(suite, run)}:accept`, { keys, reason, accepted_by: by });

export const listModels = (signal?: AbortSignal) =>
  get<t.ModelPage>('/v1/models', { page_size: 200 }, signal).then((page) => page.models ?? []);
export const getModelView = (id: string, signal?: AbortSignal) =>
  get<t.ModelView>(`/v1/models/${encodeURIComponent(id)}/view`, {}, signal);
export const listDatasets = (signal?: AbortSignal) =>
  get<t.DatasetPage>('/v1/datasets', { page_size: 200 }, signal).then((page) => page.datasets ?? []);

export const uploadModel = (name: string, file: Blob, progress?: (share: number) => void) =>
  upload<t.Model>('/v1/models', name, file, progress);
export const uploadDataset = (name: string, file: Blob, progress?: (share: number) => void) =>
  upload<t.Dataset>('/v1/datasets', name, file, progress);

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

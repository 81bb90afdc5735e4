// The API's records, by the names that its description gives them. `schema.ts` is generated from that
// description by the build, so that a change of the API that this program does not follow fails `tsc`.
import type { components, operations } from './schema';

type Schemas = components['schemas'];

export type Board = Schemas['Board'];
export type Dataset = Schemas['Dataset'];
export type Explanation = Schemas['Explanation'];
export type Job = Schemas['Job'];
export type JobSpec = Schemas['JobSpec'];
export type JobError = Schemas['Error'];
export type Latency = Schemas['Latency'];
export type Layer = Schemas['Layer'];
export type Memory = Schemas['Memory'];
export type Model = Schemas['Model'];
export type ModelView = Schemas['ModelView'];
export type Provenance = Schemas['Provenance'];
export type Result = Schemas['Result'];
export type ResultOutputs = Schemas['ResultOutputs'];
export type Run = Schemas['Run'];
export type Stage = Schemas['Stage'];
export type TensorDescription = Schemas['TensorDescription'];
export type WatchJobResponse = Schemas['WatchJobResponse'];
export type ErrorAnswer = Schemas['ErrorAnswer'];

export type Change = Schemas['Change'];
export type Comparison = Schemas['Comparison'];
export type Difference = Schemas['Difference'];
export type Suite = Schemas['Suite'];
export type SuiteRun = Schemas['SuiteRun'];
export type SuiteCase = Schemas['SuiteCase'];
export type SuitePage = Schemas['ListSuitesResponse'];
export type SuiteRunPage = Schemas['ListSuiteRunsResponse'];
export type CaseHistoryPage = Schemas['ListCaseHistoryResponse'];

export type JobQuery = NonNullable<operations['ListJobs']['parameters']['query']>;
export type ResultQuery = NonNullable<operations['ListResults']['parameters']['query']>;
export type JobPage = Schemas['ListJobsResponse'];
export type ResultPage = Schemas['ListResultsResponse'];
export type ModelPage = Schemas['ListModelsResponse'];
export type DatasetPage = Schemas['ListDatasetsResponse'];
export type BoardPage = Schemas['ListBoardsResponse'];

// Every page has its address; the server gives this program at all of them.
import type { ComponentType } from 'preact';
import { BoardPage } from '../pages/board';
import { BoardsPage } from '../pages/boards';
import { ComparePage } from '../pages/compare';
import { JobPage } from '../pages/job';
import { JobsPage } from '../pages/jobs';
import { OverviewPage } from '../pages/overview';
import { ResultPage } from '../pages/result';
import { ResultsPage } from '../pages/results';
import { SubmitPage } from '../pages/submit';
import { SuitePage } from '../pages/suite';
import { SuiteRunPage } from '../pages/suite_run';
import { SuitesPage } from '../pages/suites';
import { TrendsPage } from '../pages/trends';
import { TryPage } from '../pages/try';

export interface PageRoute {
  path: string;
  page: ComponentType<{ params: Record<string, string> }>;
  nav?: string; // its name in the navigation
}

export const ROUTES: PageRoute[] = [
  { path: '/', page: OverviewPage, nav: 'Overview' },
  { path: '/boards', page: BoardsPage, nav: 'Boards' },
  { path: '/boards/:id', page: BoardPage },
  { path: '/jobs', page: JobsPage, nav: 'Jobs' },
  { path: '/jobs/:id', page: JobPage },
  { path: '/results', page: ResultsPage, nav: 'Results' },
  { path: '/results/:id', page: ResultPage },
  { path: '/compare', page: ComparePage, nav: 'Compare' },
  { path: '/trends', page: TrendsPage, nav: 'Trends' },
  { path: '/suites', page: SuitesPage, nav: 'Suites' },
  { path: '/suites/:id', page: SuitePage },
  { path: '/suites/:id/runs/:run', page: SuiteRunPage },
  { path: '/submit', page: SubmitPage, nav: 'Submit' },
  { path: '/try', page: TryPage, nav: 'Try it' },
];

import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useRef, useState } from 'preact/hooks';
import { Link, Route, Switch, useLocation } from 'wouter-preact';
import { asApiError } from '../api/error';
import { NotFoundPage } from '../pages/not_found';
import { ErrorPanel } from '../parts/notice';
import { Page } from '../parts/page';
import { ROUTES } from './routes';
import { applyTheme, NEXT_THEME, savedTheme } from './theme';

function isUnder(location: string, path: string): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
}

function ThemeButton() {
  const [theme, setTheme] = useState(savedTheme());
  const next = NEXT_THEME[theme];
  return (
    <button
      type="button"
      class="quiet theme"
      aria-label={`Colours: ${theme}. Change to ${next}`}
      onClick={() => {
        applyTheme(next);
        setTheme(next);
      }}
    >
      <span aria-hidden="true">{theme === 'dark' ? '☾' : theme === 'light' ? '☀' : '◐'}</span>
      <span class="theme-name">{theme}</span>
    </button>
  );
}

function Navigation() {
  const [location] = useLocation();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the names are a row that scrolls.
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [location]);
  return (
    <nav ref={nav} aria-label="Pages">
      <ul>
        {ROUTES.filter((route) => route.nav).map((route) => (
          <li key={route.path}>
            <Link href={route.path} aria-current={isUnder(location, route.path) ? 'page' : undefined}>
              {route.nav}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

// A mistake of this program costs one page, not all of them.
function Guard(props: { children: ComponentChildren }) {
  const [error, again] = useErrorBoundary();
  if (!error) return <>{props.children}</>;
  return (
    <Page title="This page broke">
      <ErrorPanel error={asApiError(error)} retry={again} />
    </Page>
  );
}

export function App() {
  const [location] = useLocation();
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <div class="shell">
        <header class="side">
          <Link href="/" class="brand">
            <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
              <rect width="32" height="32" rx="7" class="brand-ground" />
              <path d="M8 9h16M8 16h10M8 23h13" class="brand-lines" />
            </svg>
            Edgerack
          </Link>
          <Navigation />
          <ThemeButton />
        </header>
        <main id="main" tabIndex={-1}>
          {/* Another path is another page, also where the same kind of page shows it. */}
          <Guard key={location}>
            <Switch>
              {ROUTES.map(({ path, page: Shown }) => (
                <Route key={path} path={path}>
                  {(params) => <Shown params={params as Record<string, string>} />}
                </Route>
              ))}
              <Route>
                <NotFoundPage />
              </Route>
            </Switch>
          </Guard>
        </main>
      </div>
    </>
  );
}

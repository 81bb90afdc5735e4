import { useEffect, useRef, useState } from 'preact/hooks';
import { Link, Route, Switch, useLocation } from 'wouter-preact';
import { NotFoundPage } from '../pages/not_found';
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

export function App() {
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
          <Switch>
            {ROUTES.map(({ path, page: Page }) => (
              <Route key={path} path={path}>
                {(params) => <Page params={params as Record<string, string>} />}
              </Route>
            ))}
            <Route>
              <NotFoundPage />
            </Route>
          </Switch>
        </main>
      </div>
    </>
  );
}

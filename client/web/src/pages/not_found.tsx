import { Link, useLocation } from 'wouter-preact';
import { Page } from '../parts/page';

export function NotFoundPage() {
  const [location] = useLocation();
  return (
    <Page title="No such page">
      <p>
        There is nothing at <code>{location}</code>. <Link href="/">The overview</Link> leads everywhere.
      </p>
    </Page>
  );
}

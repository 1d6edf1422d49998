import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { useSearch } from './address-bar.ts';
import { SpeechContext, speech, useSpeech } from './language.ts';
import { LiveContext, useLiveConnection } from './live.ts';
import { readBoardAddress } from './page-address.ts';
import { BoardPage } from './pages/board-page.tsx';
import { PageShell } from './parts/page-shell.tsx';
import { Loading } from './parts/states.tsx';

/** A page that is loaded when it is opened, so the board does not pay for it. */
function Lazily({ page }: { readonly page: () => Promise<ComponentType> }) {
  const [Page, setPage] = useState<ComponentType | null>(null);
  useEffect(() => {
    page().then((loaded) => setPage(() => loaded));
  }, [page]);
  return Page ? <Page /> : <Loading height="page" />;
}

const PAGES: Readonly<Record<string, () => Promise<ComponentType>>> = {
  '/items': async () => (await import('./pages/item-page.tsx')).ItemPage,
  '/runs': async () => (await import('./pages/runs-page.tsx')).RunsPage,
};

function NotFound() {
  const { text } = useSpeech();
  return (
    <PageShell title={text.state.notFound}>
      <h1>{text.state.notFound}</h1>
      <p>
        <a href="/">{text.item.backToBoard}</a>
      </p>
    </PageShell>
  );
}

export function App() {
  const [path] = useLocation();
  const page = PAGES[path];
  const words = speech(readBoardAddress(useSearch()).lang, navigator.language);
  const live = useLiveConnection();
  useEffect(() => {
    document.documentElement.lang = words.language;
  }, [words.language]);
  return (
    <SpeechContext.Provider value={words}>
      <LiveContext.Provider value={live}>
        {path === '/' ? <BoardPage /> : page ? <Lazily key={path} page={page} /> : <NotFound />}
      </LiveContext.Provider>
    </SpeechContext.Provider>
  );
}

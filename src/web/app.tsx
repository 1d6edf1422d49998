import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { useSearch } from './address-bar.ts';
import { SpeechContext, speech, useSpeech } from './language.ts';
import { LiveContext, useLiveConnection } from './live.ts';
import { readBoardAddress } from './page-address.ts';
import { BoardPage } from './pages/board-page.tsx';
import { Loading } from './parts/states.tsx';

/** The item page brings its chart along, so the board does not pay for it. */
function ItemRoute() {
  const [Page, setPage] = useState<ComponentType | null>(null);
  useEffect(() => {
    import('./pages/item-page.tsx').then((module) => setPage(() => module.ItemPage));
  }, []);
  return Page ? <Page /> : <Loading height="page" />;
}

function NotFound() {
  const { text } = useSpeech();
  return (
    <main id="content" class="page">
      <h1>{text.state.notFound}</h1>
      <p>
        <a href="/">{text.item.backToBoard}</a>
      </p>
    </main>
  );
}

export function App() {
  const [path] = useLocation();
  const words = speech(readBoardAddress(useSearch()).lang, navigator.language);
  const live = useLiveConnection();
  useEffect(() => {
    document.documentElement.lang = words.language;
  }, [words.language]);
  return (
    <SpeechContext.Provider value={words}>
      <LiveContext.Provider value={live}>
        {path === '/' ? <BoardPage /> : path === '/items' ? <ItemRoute /> : <NotFound />}
      </LiveContext.Provider>
    </SpeechContext.Provider>
  );
}

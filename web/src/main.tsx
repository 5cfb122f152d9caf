// The page put together: who is here, what the address shows.
import { render } from 'preact';
import { Images, LogOut } from 'lucide';
import { language, languages, speak, speakFirst, t, type Language } from './i18n';
import { followLinks, place } from './router';
import { resume, session, signIn, signOut } from './session';
import { Library } from './pages/library';
import { PicturePage } from './pages/picture';
import { SignIn } from './pages/sign-in';
import { Icon } from './ui/icon';
import { Empty } from './ui/notice';

function Page() {
  const { path } = place.value;
  const picture = /^\/pictures\/([\w-]+)$/.exec(path);
  if (path === '/') return <Library />;
  if (picture) return <PicturePage id={picture[1]!} />;
  return (
    <Empty title={t('notFound')}>
      <a href="/">{t('toLibrary')}</a>
    </Empty>
  );
}

function Header() {
  return (
    <header>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      <a class="home" href="/">
        <img src="/icon.svg" alt="" width="24" height="24" /> Tagsmith
      </a>
      <nav>
        <a href="/" aria-current={place.value.path === '/' ? 'page' : undefined}>
          <Icon of={Images} /> {t('library')}
        </a>
      </nav>
      <label class="language">
        <span class="hidden">{t('language')}</span>
        <select value={language.value} onChange={(event) => void speak(event.currentTarget.value as Language)}>
          {Object.entries(languages).map(([code, name]) => (
            <option value={code}>{name}</option>
          ))}
        </select>
      </label>
      <button class="plain" onClick={() => void signOut()} aria-label={t('signOut')}>
        <Icon of={LogOut} />
      </button>
    </header>
  );
}

function App() {
  if (session.value === undefined) return <p class="notice">{t('loading')}</p>;
  if (session.value === null) return <SignIn />;
  return (
    <div onClick={followLinks}>
      <Header />
      <main id="content">
        <Page />
      </main>
    </div>
  );
}

// The first start shows a link with the key behind "#", which no server and no log ever sees.
async function enter(): Promise<void> {
  const key = /^#key=(.+)$/.exec(window.location.hash)?.[1];
  if (!key) return resume();
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  await signIn({ key: decodeURIComponent(key) }).catch(resume);
}

void Promise.all([speakFirst(), enter()]);
render(<App />, document.getElementById('app')!);

// The page put together: who is here, which room the address names.
import { render, type ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { signal } from '@preact/signals';
import { LogOut } from 'lucide';
import { language, languages, speak, speakFirst, type Language } from './i18n';
import { t } from './i18n/common';
import { rooms, type Room, type RoomProps } from './rooms';
import { followLinks, place } from './router';
import { may, resume, session, signIn, signOut } from './session';
import { Accept } from './sign-in/accept';
import { SignIn } from './sign-in/sign-in';
import { Icon } from './ui/icon';
import { Empty, Trouble } from './ui/notice';
import { AddPictures, Uploads } from './upload/uploads';

/** The room's code, once it is here; rooms once entered are entered at once. */
function useRoom(room: Room | undefined): [ComponentType<RoomProps> | undefined, unknown] {
  const [entered] = useState(() => new Map<Room, ComponentType<RoomProps>>());
  const [trouble, setTrouble] = useState<{ room: Room; reason: unknown }>();
  const [, setCount] = useState(0);
  useEffect(() => {
    if (!room || entered.has(room)) return;
    const come = (page: ComponentType<RoomProps>) => setCount(entered.set(room, page).size);
    void room.load().then(come, (reason: unknown) => setTrouble({ room, reason }));
  }, [room]);
  return [room && entered.get(room), trouble?.room === room ? trouble?.reason : undefined];
}

function roomAt(path: string): Room | undefined {
  return rooms.find(({ address }) => address.test(path));
}

function Page() {
  const { path } = place.value;
  const room = roomAt(path);
  const [Inside, trouble] = useRoom(room);
  if (room && Inside) return <Inside found={room.address.exec(path)!.slice(1)} />;
  if (trouble) return <Trouble reason={trouble} again={() => window.location.reload()} />;
  if (room) return <p class="notice">{t('loading')}</p>;
  return (
    <Empty title={t('notFound')}>
      <a href="/">{t('toLibrary')}</a>
    </Empty>
  );
}

function Header() {
  const links = rooms.flatMap((room) => (room.link && may(room.link.scope) ? [{ ...room.link, room }] : []));
  return (
    <header>
      <a class="skip" href="#content">
        {t('skip')}
      </a>
      <a class="home" href="/">
        <img src="/icon.svg" alt="" width="24" height="24" /> Tagsmith
      </a>
      <nav>
        {links.map(({ to, word, icon, room }) => (
          <a href={to} aria-current={room.address.test(place.value.path) ? 'page' : undefined}>
            <Icon of={icon} /> {t(word)}
          </a>
        ))}
      </nav>
      <AddPictures />
      <label class="language">
        <span class="hidden">{t('language')}</span>
        <select value={language.value} onChange={(event) => speak(event.currentTarget.value as Language)}>
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

const invitation = signal('');

function App() {
  if (invitation.value) return <Accept token={invitation.value} done={() => (invitation.value = '')} />;
  if (session.value === undefined) return <p class="notice">{t('loading')}</p>;
  if (session.value === null) return <SignIn />;
  return (
    <div onClick={followLinks}>
      <Header />
      <main id="content" class={`in-${roomAt(place.value.path)?.name}`}>
        <Page />
      </main>
      <Uploads />
    </div>
  );
}

// What a link brings stands behind "#", which no server and no log ever sees: the key that the first start shows, or an
// invitation.
function takeFromLink(name: string): string | undefined {
  const found = new URLSearchParams(window.location.hash.slice(1)).get(name) ?? undefined;
  if (found) window.history.replaceState(null, '', window.location.pathname + window.location.search);
  return found;
}

async function enter(): Promise<void> {
  invitation.value = takeFromLink('invitation') ?? '';
  const key = takeFromLink('key');
  if (!key) return resume();
  await signIn({ key }).catch(resume);
}

speakFirst();
void enter();
render(<App />, document.getElementById('app')!);

// alphatorch/coi: cross-origin isolation, which threads need, on a host that lets nobody set headers.
// One script in two places. As the first script of a page it registers itself as the service worker and
// loads the page again, once; as the service worker it adds the headers to whatever passes.
//
//     <script src="coi.js"></script>
//
// The file must lie on the page's own origin, in its folder or above it. Where isolation cannot be had
// (no service worker, no https) the page stays as it is, and the library runs on one thread.

interface Isolating extends EventTarget {
  /** What a worker that imports this script answers with in place of the network. */
  answer?: (request: Request) => Promise<Response>;
  skipWaiting(): void;
  clients: { claim(): Promise<void> };
}
interface Fetching extends Event {
  request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(done: Promise<unknown>): void;
}

const kTried = 'alphatorch/coi';

if (typeof document !== 'undefined') {
  // A worker of the page's own that imports this one is named by data-worker, and registered in any case.
  const { dataset, src } = document.currentScript as HTMLScriptElement;
  if (isSecureContext && navigator.serviceWorker && (dataset.worker || !crossOriginIsolated)) {
    const url = new URL(dataset.worker ?? src, document.baseURI);
    void isolate(url).catch((error: unknown) => console.warn('alphatorch/coi:', error));
  }
} else if ('clients' in globalThis) {
  const worker = globalThis as unknown as Isolating;
  worker.addEventListener('install', () => worker.skipWaiting());
  worker.addEventListener('activate', (event) => (event as Fetching).waitUntil(worker.clients.claim()));
  worker.addEventListener('fetch', (event) => {
    const { request } = event as Fetching;
    // Chrome's developer tools ask for what fetch refuses.
    if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
    (event as Fetching).respondWith((worker.answer ?? fetch)(request).then(isolated));
  });
}

async function isolate(url: URL): Promise<void> {
  await navigator.serviceWorker.register(url);
  await navigator.serviceWorker.ready;
  // Where the headers came and did not help, a second time would not either.
  if (crossOriginIsolated || sessionStorage.getItem(kTried)) return;
  sessionStorage.setItem(kTried, 'once');
  location.reload();
}

function isolated(response: Response): Response {
  // What another origin gave without CORS has no headers to change.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  // Safari knows no `credentialless`, which lets in what other origins send without CORP.
  const knows = /Chrome|Firefox/.test(navigator.userAgent);
  headers.set('Cross-Origin-Embedder-Policy', knows ? 'credentialless' : 'require-corp');
  const { status, statusText } = response;
  // These have no body, and take none.
  const body = status === 204 || status === 205 || status === 304 ? null : response.body;
  return new Response(body, { status, statusText, headers });
}

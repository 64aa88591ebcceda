// The site's service worker. What the site consists of is kept when a page asks for it, and answered from
// there ever after, server or not; coi.js adds the headers that threads need.
// site/build.mjs writes the two constants.

importScripts('coi.js');

const kCache = 'VERSION';
const kFiles = ['FILES'];

/** The address under which a request's answer is kept. */
function keyOf(url) {
  const { origin, pathname } = new URL(url);
  return origin + (pathname.endsWith('/') ? `${pathname}index.html` : pathname);
}

// Looked at in place of the network, by coi.js.
globalThis.answer = async (request) => {
  const kept = request.method === 'GET' && (await caches.match(keyOf(request.url), { cacheName: kCache }));
  return kept || fetch(request);
};

async function keep() {
  const cache = await caches.open(kCache);
  const keys = kFiles.map((file) => new URL(file, registration.scope).href);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  await cache.addAll(keys.filter((key) => !there.has(key)));
  // Those of earlier versions; others of this origin are not ours.
  const old = (await caches.keys()).filter((name) => name.startsWith('alphatorch ') && name !== kCache);
  await Promise.all(old.map((name) => caches.delete(name)));
}

onmessage = (event) => event.waitUntil(keep().then(() => event.source.postMessage('kept')));

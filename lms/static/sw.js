/* The service worker: the modules that somebody asked this phone to keep, and what they did there without a connection.
   All of it lies sealed in one database. The key goes when they leave, and with it what was kept; deeds that could not be
   sent stay sealed until the same person signs in here again (docs/decisions/0025-modules-on-a-phone.md). */
'use strict';
const DAY = 86400000;
const FORGOTTEN_AFTER = 90 * DAY; // sealed deeds whose writer never came back
const PATIENCE = 6000; // for a page where a kept one is at hand
const IMPATIENCE = 1500; // the same when there was no connection a moment ago
const POSTING = 20000;
const LARGEST = 40000000; // of one file
const HEADERS = ['content-type', 'cache-control', 'content-security-policy', 'referrer-policy', 'x-content-type-options', 'cross-origin-opener-policy', 'permissions-policy'];
const LIST = '/offline';
const CHANGING = /^\/learn\/.*\/notes\.json$/; // what a page fetches for itself; all other files have addresses that change with them
let failedAt = 0;

/* ---- The database. keep: the reader's key, and a sign-out that has still to be sent; modules; pages, with whatever they
   are drawn with; deeds. */
let opened = null;
const base = () => opened || (opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open('entrepares', 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore('keep');
    asked.result.createObjectStore('modules', { keyPath: 'id' });
    asked.result.createObjectStore('pages', { keyPath: 'address' });
    asked.result.createObjectStore('deeds', { keyPath: 'n', autoIncrement: true });
  };
  asked.onsuccess = () => {
    const db = asked.result;
    db.onversionchange = () => { db.close(); opened = null; };
    resolve(db);
  };
  asked.onerror = () => { opened = null; reject(asked.error); };
}));
const answer = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const read = async (store, key) => answer((await base()).transaction(store).objectStore(store).get(key));
const all = async (store) => answer((await base()).transaction(store).objectStore(store).getAll());
// Everything that `work` asks of these stores is done, or none of it.
const change = async (stores, work) => {
  const tx = (await base()).transaction(stores, 'readwrite');
  const over = new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = tx.onerror = () => reject(tx.error); });
  work(...stores.map((one) => tx.objectStore(one)));
  await over;
};

const seal = async (key, data) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, data) };
};
const unseal = (key, { iv, data }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, data);
const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));
const value = (data) => JSON.parse(new TextDecoder().decode(data));

/* ---- Whose phone this is now. */
const reader = async () => {
  const kept = await read('keep', 'reader');
  if (!kept) return null;
  if (Date.now() - kept.seen < kept.days * DAY) return kept;
  await forget();
  return null;
};
const seen = async (kept, days) => {
  if (Date.now() - kept.seen < 3600000 && Date.now() > kept.seen) return;
  await change(['keep'], (keep) => keep.put({ ...kept, seen: Date.now(), days: days || kept.days }, 'reader'));
};
// What was kept is gone in one stroke. Deeds stay, sealed.
const forget = async () => {
  await change(['keep', 'modules', 'pages'], (keep, modules, pages) => {
    keep.delete('reader');
    modules.clear();
    pages.clear();
  });
  await tell({ told: 'gone' });
};
const tell = async (message) => {
  for (const client of await clients.matchAll({ type: 'window' })) client.postMessage(message);
};
const within = (ms, promise) => Promise.race([promise, new Promise((_, no) => { setTimeout(no, ms, new Error('late')); })]);

// Ask who is signed in, and do what follows from it. Null: not reached.
const meet = async () => {
  let state = null;
  try {
    const reply = await within(PATIENCE, fetch('/offline/state.json', { credentials: 'same-origin', cache: 'no-store' }));
    if (reply.ok) state = await reply.json();
  } catch (_) { failedAt = Date.now(); }
  if (!state) return null;
  const kept = await reader();
  if (kept && (state.standing === 'ended' || (state.reader && state.reader !== kept.mark))) await forget();
  else if (kept && state.standing === 'in') await seen(kept, state.days);
  await change(['deeds'], (deeds) => {
    deeds.openCursor().onsuccess = ({ target: { result } }) => {
      if (!result) return;
      if (Date.now() - result.value.at > FORGOTTEN_AFTER) result.delete();
      result.continue();
    };
  });
  return state;
};
// The key of whoever is signed in: given by the server, and no script can take it out of the browser.
const keyOf = async (state) => {
  const kept = await reader();
  if (kept && kept.mark === state.reader) return kept;
  const reply = await fetch('/offline/key', {
    method: 'POST', credentials: 'same-origin', headers: { 'X-CSRFToken': state.token, 'X-Requested-With': 'fetch' },
  });
  if (!reply.ok) throw new Error('no key');
  const given = await reply.json();
  const raw = Uint8Array.from(atob(given.key), (sign) => sign.charCodeAt(0));
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  const fresh = { mark: given.reader, key, days: given.days, seen: Date.now() };
  await change(['keep'], (keep) => keep.put(fresh, 'reader'));
  return fresh;
};

/* ---- Pages, and what they are drawn with. */
const unescaped = (text) => text.replace(/&amp;/g, '&');
const needs = (html) => {
  const found = new Set();
  const add = (address) => { if (address && address[0] === '/' && address[1] !== '/') found.add(unescaped(address)); };
  for (const one of html.matchAll(/\s(?:src|poster|data-notes|data-script)="([^"]*)"/g)) add(one[1]);
  for (const [tag] of html.matchAll(/<(?:link\b[^>]*\brel="(?:stylesheet|icon)"|a\b[^>]*\sdownload\b)[^>]*>/g)) add((/\shref="([^"]*)"/.exec(tag) || [])[1]);
  return [...found];
};
const hash = async (data) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', data))]
  .map((one) => one.toString(16).padStart(2, '0')).join('');
const put = async (kept, address, reply, data, uses) => {
  const headers = HEADERS.filter((name) => reply.headers.has(name)).map((name) => [name, reply.headers.get(name)]);
  const sealed = await seal(kept.key, data);
  const still = await read('keep', 'reader');
  if (!still || still.mark !== kept.mark) throw new Error('left meanwhile');
  await change(['pages'], (pages) => pages.put({ address, headers, uses, size: data.byteLength, at: Date.now(), ...sealed }));
  return data.byteLength;
};
const keepFile = async (kept, address) => {
  if (!CHANGING.test(address) && await answer((await base()).transaction('pages').objectStore('pages').getKey(address))) return 0;
  const reply = await fetch(address, { credentials: 'same-origin' });
  if (!reply.ok || Number(reply.headers.get('content-length')) > LARGEST) return 0;
  const data = await reply.arrayBuffer();
  // A release that came between a page and what it is drawn with: no page is kept with another's.
  const version = /^\/static\/[^?]+\?v=([0-9a-f]{10})$/.exec(address);
  if (version && !(await hash(data)).startsWith(version[1])) throw new Error('another release');
  return put(kept, address, reply, data, []);
};
// The page last, when all that it needs is there.
const keepPage = async (kept, address, reply) => {
  const data = await reply.arrayBuffer();
  const uses = needs(new TextDecoder().decode(data));
  let size = 0;
  for (const one of uses) size += await keepFile(kept, one);
  return size + await put(kept, address, reply, data, uses);
};
const own = (reply, kept) => reply.ok && !reply.redirected && reply.headers.get('Kept-For') === kept.mark;
const addresses = (module) => [...module.pages.flatMap((one) => [one.address, ...one.also]), ...module.around];
// Pages to which something was sent are fetched again; then they hold it themselves.
const refresh = async (kept) => {
  const sent = (await opens(kept)).filter((one) => one.state === 'sent');
  for (const address of new Set(sent.map((one) => one.page))) {
    const module = await moduleWith(address);
    const entry = module && module.pages.find((one) => one.address === address);
    for (const one of entry ? [...entry.also, address] : []) {
      const reply = await fetch(one, { credentials: 'same-origin', cache: 'no-store' });
      if (!own(reply, kept)) return;
      await keepPage(kept, one, reply);
    }
    const numbers = sent.filter((one) => one.page === address).map((one) => one.n);
    await change(['deeds'], (deeds) => numbers.forEach((n) => deeds.delete(n)));
  }
};
const moduleWith = async (address) => (await all('modules')).find((one) => addresses(one).includes(address));

const keepModule = async (list, say) => {
  const state = await meet();
  if (!state) throw new Error('offline');
  if (state.standing !== 'in') throw new Error('signin');
  const kept = await keyOf(state);
  const reply = await fetch(list, { credentials: 'same-origin', cache: 'no-store', headers: { 'X-Requested-With': 'fetch' } });
  if (!reply.ok) throw new Error('gone');
  const module = await reply.json();
  const { quota = Infinity, usage = 0 } = navigator.storage && navigator.storage.estimate ? await navigator.storage.estimate() : {};
  if (quota - usage < 2 * module.bytes) throw new Error('room');
  const wanted = addresses(module);
  for (const [n, address] of wanted.entries()) {
    const page = await fetch(address, { credentials: 'same-origin', cache: 'no-store' });
    if (!own(page, kept)) throw new Error('gone');
    await keepPage(kept, address, page);
    say({ done: n + 1, all: wanted.length });
  }
  const pages = await all('pages');
  const used = new Set([...wanted, ...pages.filter((one) => wanted.includes(one.address)).flatMap((one) => one.uses)]);
  const size = pages.filter((one) => used.has(one.address)).reduce((sum, one) => sum + one.size, 0);
  await change(['modules'], (modules) => modules.put({ ...module, size, at: Date.now() }));
  await tidy();
  return size;
};
// Whatever belongs to no module goes.
const tidy = async () => {
  const [modules, pages] = [await all('modules'), await all('pages')];
  const wanted = new Set(modules.flatMap(addresses));
  for (const page of pages) if (wanted.has(page.address)) page.uses.forEach((one) => wanted.add(one));
  await change(['pages'], (store) => pages.forEach((one) => { if (!wanted.has(one.address)) store.delete(one.address); }));
};
const dropModule = async (id) => {
  await change(['modules'], (modules) => modules.delete(id));
  await tidy();
  if (!(await all('modules')).length && !(await all('deeds')).length) {
    await forget();
    await registration.unregister();
  }
};

const shown = async (kept, page, marks = {}) => {
  let data = await unseal(kept.key, page);
  const headers = new Headers(page.headers);
  if ((headers.get('content-type') || '').startsWith('text/html')) {
    const said = Object.entries({ kept: new Date(page.at).toISOString(), ...marks }).map(([name, one]) => ` data-${name}="${one}"`);
    data = new TextDecoder().decode(data).replace('<html', `<html${said.join('')}`);
  }
  return new Response(data, { headers });
};

/* ---- What comes by. */
const leave = async (request) => {
  const body = request.clone();
  await forget();
  try {
    return await fetch(request);
  } catch (_) { // it is sent as soon as there is a connection, before anything else
    const fields = new URLSearchParams(await body.formData()).toString();
    await change(['keep'], (keep) => keep.put(fields, 'leaving'));
    const words = '<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title> </title>' +
      '<p>Has salido. Se terminará de cerrar cuando haya conexión.</p><p lang="en">You have left. It will be finished when there is a connection.</p>';
    return new Response(words, { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" } });
  }
};
const finishLeaving = async () => {
  const body = await read('keep', 'leaving');
  if (!body) return;
  try {
    await fetch('/logout', {
      method: 'POST', body, credentials: 'same-origin', redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await change(['keep'], (keep) => keep.delete('leaving'));
  } catch (_) { /* still none */ }
};

const page = async (event, url) => {
  const { request } = event;
  const address = url.pathname + url.search;
  await finishLeaving();
  let kept = await reader();
  if (!kept) {
    const reply = await fetch(request);
    if (reply.headers.get('Kept-For')) event.waitUntil(send());
    return reply;
  }
  if (await waits(kept)) await within(4000, send()).catch(() => null); // so that the page shows it
  const copy = await read('pages', address) || await read('pages', url.pathname);
  const list = copy || await read('pages', LIST);
  let reply = null;
  try {
    const patience = Date.now() - failedAt < 15000 ? IMPATIENCE : PATIENCE;
    reply = await (copy ? within(patience, fetch(request)) : fetch(request));
  } catch (_) { failedAt = Date.now(); }
  if (reply && !(list && [502, 503, 504].includes(reply.status))) {
    failedAt = 0;
    const mark = reply.headers.get('Kept-For');
    if (mark && mark !== kept.mark) await forget();
    else if (mark) {
      event.waitUntil(seen(kept));
      if (copy && own(reply, kept) && copy.address === address) event.waitUntil(keepPage(kept, address, reply.clone()).catch(() => null));
      event.waitUntil(refresh(kept).catch(() => null));
    } else if (reply.type !== 'opaqueredirect') await meet();
    makeWay();
    return reply;
  }
  kept = await reader(); // it may have gone while the connection was tried
  if (!kept || !list) return reply || Response.error();
  return shown(kept, list, copy ? {} : { missing: '' });
};
// A new release takes over between two pages, when no other page of the old one is open.
const makeWay = async () => {
  if (registration.waiting && (await clients.matchAll({ type: 'window' })).length < 2) registration.waiting.postMessage({ do: 'now' });
};

const file = async (event, url) => {
  const kept = await reader();
  const copy = kept && await read('pages', url.pathname + url.search);
  if (!copy) return fetch(event.request);
  if (CHANGING.test(url.pathname)) {
    const reply = await within(PATIENCE, fetch(event.request)).catch(() => null);
    if (reply) return reply;
  }
  const range = /^bytes=(\d+)-(\d*)$/.exec(event.request.headers.get('range') || '');
  if (!range) return shown(kept, copy);
  const data = await unseal(kept.key, copy);
  const [from, to] = [Number(range[1]), Math.min(Number(range[2] || Infinity), data.byteLength - 1)];
  const headers = new Headers(copy.headers);
  headers.set('content-range', `bytes ${from}-${to}/${data.byteLength}`);
  headers.set('accept-ranges', 'bytes');
  return new Response(data.slice(from, to + 1), { status: 206, headers });
};

/* ---- Deeds. Each: {key, address, page, fields: [[name, value]], whole, state: waiting | sent | clash | returned}. `sent`
   reached the server but is not in the kept page yet. */
const opens = async (kept) => {
  const found = [];
  for (const one of await all('deeds')) {
    if (one.mark === kept.mark) found.push({ ...value(await unseal(kept.key, one)), n: one.n, at: one.at });
  }
  return found;
};
const write = async (kept, deeds, gone = []) => {
  const sealed = [];
  for (const { n, at = Date.now(), ...deed } of deeds) {
    sealed.push({ ...(n ? { n } : {}), at, mark: kept.mark, ...(await seal(kept.key, bytes(deed))) });
  }
  await change(['deeds'], (store) => { gone.forEach((n) => store.delete(n)); sealed.forEach((one) => store.put(one)); });
};
const waits = async (kept, page) => (await opens(kept)).some((one) => one.state === 'waiting' && (!page || one.page === page));
const drop = async (which) => {
  const kept = await reader();
  const gone = kept ? (await opens(kept)).filter(which) : [];
  await change(['deeds'], (store) => gone.forEach(({ n }) => store.delete(n)));
};
const fieldOf = (deed, name) => (deed.fields.find(([one]) => one === name) || [])[1];
const laid = (under, over, whole) => {
  const names = new Set(over.map(([name]) => name));
  return whole ? over : [...under.filter(([name]) => !names.has(name)), ...over];
};
let flying = 0;
let queueing = Promise.resolve();
// One after the other: two that come at once must not both replace the same earlier one.
const queue = (...what) => { queueing = queueing.catch(() => null).then(() => add(...what)); return queueing; };
const add = async (kept, { address, page, fields, whole, state }) => {
  let known = await opens(kept);
  const same = known.filter((one) => one.address === address && one.n !== flying && ['waiting', 'sent'].includes(one.state) &&
    fieldOf(one, 'page') === (fields.find(([name]) => name === 'page') || [])[1]);
  if (address.startsWith('/attempts/')) fields = withSeen(fields, known.filter((one) => one.page === page && one.state === 'sent'));
  const before = same.find((one) => one.state === state && !one.done);
  const done = fields.find(([name]) => name === 'done' && !address.startsWith('/attempts/'));
  fields = fields.filter((one) => one !== done);
  const fresh = [{
    key: crypto.randomUUID(), address, page, state, whole: whole || !!(before && before.whole),
    fields: before ? laid(before.fields, fields, whole) : fields,
  }];
  if (done) {
    const hidden = fields.filter(([name]) => ['page', 'sequence', 'base'].includes(name));
    fresh.push({ key: crypto.randomUUID(), address, page, state, whole: false, done: true, fields: [...hidden, done] });
  }
  // Handing in brings every answer along: what was to be sent of them before it need not go by itself.
  const brought = address.endsWith('/submit') ? known.filter((one) => one.page === page && one.state === 'waiting' && one.n !== flying) : [];
  await write(kept, fresh, [...(before ? [before] : []), ...brought].map((one) => one.n));
};
// What the page had seen of the answers: as it came, and what it has sent since.
const withSeen = (fields, sent) => {
  const had = new Map(((fields.find(([name]) => name === 'seen') || [])[1] || '').split(' ').filter(Boolean).map((one) => one.split('=')));
  for (const deed of sent) {
    const picked = new Map();
    for (const [name, key] of deed.fields) if (/^q\d+$/.test(name)) picked.set(name.slice(1), [...(picked.get(name.slice(1)) || []), key].filter(Boolean));
    picked.forEach((keys, place) => had.set(place, keys.join(',')));
  }
  return [...fields.filter(([name]) => name !== 'seen'), ['seen', [...had].map(([place, keys]) => `${place}=${keys}`).join(' ')]];
};

const post = async (event, url) => {
  const { request } = event;
  const kept = await reader();
  const address = url.pathname;
  const home = address.startsWith('/attempts/') ? address.split('/').slice(0, 3).join('/') : address;
  const module = kept && await moduleWith(home);
  if (!module) return fetch(request);
  const body = request.clone();
  const begins = address.endsWith('/quiz'); // that only the server can do
  if (!begins && await waits(kept)) await within(4000, send()).catch(() => null);
  const first = !(await waits(kept, home));
  let reply = null;
  if (first) {
    try {
      reply = await fetch(request, { signal: AbortSignal.timeout(POSTING) });
      failedAt = 0;
    } catch (_) { failedAt = Date.now(); }
  }
  if (begins) return reply || needsNet(kept, home);
  const fields = [...(await body.formData()).entries()].filter(([name, one]) => typeof one === 'string' && name !== 'csrf_token');
  const whole = request.mode === 'navigate';
  let through = !!reply && reply.type !== 'opaqueredirect' && ![400, 401].includes(reply.status);
  if (reply && reply.type === 'opaqueredirect') { // it was done; or the session was over, and this leads to the door
    const state = await meet();
    through = !state || state.standing === 'in';
    if (!through && !(await reader())) return reply;
  }
  if (through) {
    if (reply.ok || reply.type === 'opaqueredirect') {
      await queue(kept, { address, page: home, fields, whole, state: 'sent' });
    }
    return reply;
  }
  await queue(kept, { address, page: home, fields, whole, state: 'waiting' });
  if (registration.sync) registration.sync.register('deeds').catch(() => null);
  if (reply) event.waitUntil(send());
  await tell({ told: 'kept' });
  if (reply && reply.type === 'opaqueredirect') return reply;
  if (!whole) return new Response('{"saved":true}', { headers: { 'content-type': 'application/json', 'kept-here': '1' } });
  const order = module.pages.map((one) => one.address);
  const next = fields.some(([name]) => name === 'done') && order[order.indexOf(address) + 1];
  return Response.redirect(next || home, 303);
};
const needsNet = async (kept, home) => {
  const copy = await read('pages', home);
  return copy ? shown(kept, copy, { needs: '' }) : Response.error();
};

/* ---- Sending: in order, one at a time, for whoever wrote it and nobody else. */
let sending = null;
const send = () => sending || (sending = sendAll().catch(() => null).finally(() => { sending = null; flying = 0; }));
const deliver = (state, deed) => {
  const body = new FormData();
  deed.fields.forEach(([name, one]) => body.append(name, one));
  body.append('deed', deed.key);
  body.append('deed_for', deed.address);
  if (deed.whole) body.append('deed_whole', '1');
  return fetch('/offline/deeds', {
    method: 'POST', body, credentials: 'same-origin', redirect: 'manual', signal: AbortSignal.timeout(POSTING),
    headers: { 'X-CSRFToken': state.token, 'X-Requested-With': 'fetch' },
  });
};
const sendAll = async () => {
  if (!(await all('deeds')).length) return;
  const state = await meet();
  if (!state) return;
  if (state.standing !== 'in') { await tell({ told: 'signin' }); return; }
  if (!(await all('deeds')).some((one) => one.mark === state.reader)) return;
  const kept = await keyOf(state);
  let sent = 0;
  for (;;) {
    const deed = (await opens(kept)).find((one) => one.state === 'waiting');
    if (!deed) break;
    flying = deed.n;
    let reply = await deliver(state, deed);
    if (reply.status === 400) { // perhaps only the token
      const again = await meet();
      if (!again || again.reader !== kept.mark) return;
      state.token = again.token;
      reply = await deliver(state, deed);
    }
    if (reply.status === 401 || reply.type === 'opaqueredirect') { await tell({ told: 'signin' }); return; }
    if (reply.status === 429 || reply.status >= 500) return;
    let said = {};
    try { said = await reply.json(); } catch (_) { /* no words */ }
    if (reply.ok && said.state === 'done') {
      await write(kept, [{ ...deed, state: 'sent' }]);
      sent += 1;
    } else {
      const clash = said.state === 'clash' || said.error === 'reflection-stale';
      await write(kept, [{ ...deed, state: clash ? 'clash' : 'returned', places: said.places, code: said.error || said.state || String(reply.status), words: said.message || '' }]);
    }
    flying = 0;
  }
  await tell({ told: 'sent', sent });
};

/* ---- What pages ask. */
const DO = {
  now: () => self.skipWaiting(),
  keep: async ({ list }, say) => ({ size: await keepModule(list, say) }),
  drop: async ({ id }) => { await dropModule(id); return {}; },
  send: async () => { await send(); return DO.standing({}); },
  discard: async ({ n }) => { await drop((one) => one.n === n); return {}; },
  // How things stand, for a page: whether it is kept, what waits, and what of its form is not in the page yet.
  standing: async ({ page: address }) => {
    const kept = await reader();
    if (!kept) return { kept: false, waiting: 0, trouble: 0, deeds: [] };
    const deeds = await opens(kept);
    return {
      kept: !!(address && await moduleWith(address)),
      waiting: deeds.filter((one) => one.state === 'waiting').length,
      trouble: deeds.filter((one) => ['clash', 'returned'].includes(one.state)).length,
      deeds: deeds.filter((one) => one.page === address),
    };
  },
  list: async () => {
    const kept = await reader();
    if (!kept) return { modules: [], deeds: [] };
    const words = {};
    const deeds = (await opens(kept)).filter((one) => one.state !== 'sent');
    for (const { page: address } of deeds) {
      const copy = await read('pages', address);
      if (copy) words[address] = new TextDecoder().decode(await unseal(kept.key, copy));
    }
    return { modules: await all('modules'), until: kept.seen + kept.days * DAY, deeds, pages: words };
  },
};
self.addEventListener('message', (event) => {
  const [port] = event.ports;
  const doing = event.data && DO[event.data.do];
  if (!doing) return;
  const say = (message) => port && port.postMessage(message);
  event.waitUntil(Promise.resolve(doing(event.data, (progress) => say({ progress })))
    .then((result) => say({ result: result || {} }), (error) => say({ error: error.message })));
});
self.addEventListener('sync', (event) => { if (event.tag === 'deeds') event.waitUntil(send()); });
self.addEventListener('activate', (event) => event.waitUntil(clients.claim().then(tidy)));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === 'POST') {
    if (url.pathname === '/logout') event.respondWith(leave(request));
    else if (/^\/(?:learn\/[^/]+\/[^/]+\/[^/]+|attempts\/[^/]+\/(?:answers|submit))$/.test(url.pathname)) event.respondWith(post(event, url));
    return;
  }
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(event, url));
  else if (CHANGING.test(url.pathname) || (request.destination && request.destination !== 'manifest')) event.respondWith(file(event, url));
});

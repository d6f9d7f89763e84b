/* Modules on a phone, as pages see them: how things stand, what was written and is not sent, keeping and removing. The work
   is the service worker's (sw.js). Nothing happens here before somebody keeps a module. */
(() => {
  'use strict';
  const doc = document;
  const root = doc.documentElement;
  const able = 'serviceWorker' in navigator && 'indexedDB' in window && window.crypto && crypto.subtle;
  const here = location.pathname;
  const isKept = 'kept' in root.dataset; // this page comes from the phone
  const worker = async () => {
    const found = able && await navigator.serviceWorker.getRegistration('/');
    return found && found.active;
  };
  const ask = async (what, progress) => {
    const whom = await worker();
    if (!whom) return null;
    return new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        if (data.progress) progress(data.progress);
        else if (data.error) reject(new Error(data.error));
        else resolve(data.result);
      };
      whom.postMessage(what, [port2]);
    });
  };
  const part = (name) => doc.querySelector(`template[data-part="${name}"]`).content.firstElementChild.cloneNode(true);
  const fill = (element, words) => {
    element.querySelectorAll('[data-fill]').forEach((one) => { if (one.dataset.fill in words) one.textContent = words[one.dataset.fill]; });
    element.querySelectorAll('[data-words]').forEach((one) => { one.textContent = one.dataset.words.replace(/\{(\w+)\}/g, (_, name) => words[name]); });
    return element;
  };

  /* ---- The line that says how things stand. It lies over the page: nothing moves when it comes or goes. */
  const line = doc.querySelector('[data-net]');
  let door = false; // the sign-in is over
  let away = isKept;
  let sent = false;
  const say = (state) => {
    if (!line || line.dataset.state === state) return;
    line.dataset.state = state;
    line.querySelectorAll('[data-say]').forEach((one) => { one.hidden = one.dataset.say !== state; });
    line.hidden = !state;
  };
  const look = async () => {
    const found = await ask({ do: 'standing', page: here }).catch(() => null);
    if (!found) return found;
    if ('missing' in root.dataset) say('missing');
    else if ('needs' in root.dataset) say('needs');
    else if (door && found.waiting) say('signin');
    else if (found.kept && (away || !navigator.onLine)) say(form ? 'off' : 'reading');
    else if (found.trouble && !trouble) say('trouble');
    else if (found.waiting) say('waiting');
    else say(sent ? 'sent' : '');
    return found;
  };
  const send = async () => {
    const before = await look();
    if (!before || !before.waiting) return;
    await ask({ do: 'send' }).catch(() => null);
    await look();
  };

  /* ---- The form of this page: what was written here and is not in the page yet. */
  const form = doc.querySelector('form[data-autosave]');
  const trouble = doc.querySelector('[data-phone]'); // the page that shows it
  const lay = (deed) => {
    const given = new Map();
    deed.fields.forEach(([name, value]) => given.set(name, [...(given.get(name) || []), value]));
    for (const el of form.elements) {
      if (!el.name || ['several', 'csrf_token', 'seen'].includes(el.name) || el.type === 'submit') continue;
      const values = given.get(el.name);
      if (el.type === 'checkbox' || el.type === 'radio') { if (values || deed.whole) el.checked = !!values && values.includes(el.value); }
      else if (values) [el.value] = values;
    }
  };
  const restore = (deeds) => {
    const mine = deeds.filter((one) => ['waiting', 'sent'].includes(one.state) && !one.done);
    mine.forEach(lay);
    const { page, sequence } = form.elements;
    if (isKept && page && !mine.length) { page.value = crypto.randomUUID(); sequence.value = 0; } // opened anew, on the same base
    if (mine.length) form.dispatchEvent(new Event('change'));
    deeds.filter((one) => one.state === 'clash').forEach((one) => (one.places ? clashAt(one) : clashOf(one)));
  };
  const write = (el, value) => {
    el.value = value;
    el.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const told = (deed, name) => (deed.fields.find(([one]) => one === name) || [])[1];
  const clashOf = (deed) => {
    const [box, text] = [part('clash-text'), told(deed, 'text') || ''];
    const area = form.elements.text;
    const settle = (how) => { if (how !== null) write(area, how); box.remove(); ask({ do: 'discard', n: deed.n }).then(look); };
    fill(box, { mine: text });
    box.querySelector('[data-do=join]').addEventListener('click', () => settle(`${area.value}\n\n${text}`.trim()));
    box.querySelector('[data-do=mine]').addEventListener('click', () => settle(text));
    box.querySelector('[data-do=theirs]').addEventListener('click', () => settle(null));
    area.closest('.field').before(box);
  };
  const clashAt = (deed) => {
    const open = new Set(deed.places);
    for (const place of deed.places) {
      const keys = deed.fields.filter(([name]) => name === `q${place}`).map(([, key]) => key).filter(Boolean);
      const inputs = [...form.elements].filter((el) => el.name === `q${place}`);
      if (!inputs.length) continue;
      const words = inputs.filter((el) => keys.includes(el.value)).map((el) => el.closest('label').textContent.trim());
      const box = fill(part('clash-answer'), { mine: words.join(' · ') || '—' });
      const settle = (mine) => {
        if (mine) {
          inputs.forEach((el) => { el.checked = keys.includes(el.value); });
          inputs[0].dispatchEvent(new Event('change', { bubbles: true }));
        }
        box.remove();
        open.delete(place);
        if (!open.size) ask({ do: 'discard', n: deed.n }).then(look);
      };
      box.querySelector('[data-do=mine]').addEventListener('click', () => settle(true));
      box.querySelector('[data-do=theirs]').addEventListener('click', () => settle(false));
      inputs[0].closest('fieldset').append(box);
    }
  };

  /* ---- Keep a module, or remove it. */
  const size = (bytes) => `${Math.max(0.1, bytes / 1e6).toLocaleString(root.lang, { maximumFractionDigits: 1 })} MB`;
  const day = (at) => new Date(at).toLocaleDateString(root.lang, { day: 'numeric', month: 'long' });
  const keeping = doc.querySelector('[data-keep]');
  const states = (state) => keeping.querySelectorAll('[data-when]').forEach((one) => { one.hidden = !one.dataset.when.split(' ').includes(state); });
  const asKept = async () => {
    const found = await ask({ do: 'list' });
    const module = found && found.modules.find((one) => one.id === keeping.dataset.keep);
    if (module) fill(keeping, { size: size(module.size), at: day(module.at), until: day(found.until) });
    states(module ? 'kept' : 'open');
  };
  const keep = async () => {
    states('busy');
    const words = keeping.querySelector('.meter-words');
    const meter = keeping.querySelector('.meter-fill');
    try {
      await navigator.serviceWorker.register('/sw.js');
      await navigator.serviceWorker.ready;
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => null);
      await ask({ do: 'keep', list: keeping.dataset.list }, ({ done, all }) => {
        words.textContent = words.dataset.progressWords.replace('{done}', done).replace('{all}', all);
        meter.setAttribute('width', `${(100 * done) / all}%`);
      });
      await asKept();
      keeping.querySelector('[data-done]').focus();
    } catch (error) {
      states(['offline', 'signin', 'room'].includes(error.message) ? error.message : 'failed');
    }
  };
  if (keeping) {
    if (!able) states('unable');
    else asKept();
    keeping.addEventListener('click', async (event) => {
      const what = event.target.closest('[data-do]');
      if (!what) return;
      if (what.dataset.do === 'keep') keep();
      if (what.dataset.do === 'drop') { await ask({ do: 'drop', id: keeping.dataset.keep }); states('open'); }
    });
  }

  /* ---- What this phone keeps, and what it has still to send. */
  const said = (deed, html) => {
    if (told(deed, 'text') !== undefined) return [told(deed, 'text')];
    const page = html && new DOMParser().parseFromString(html, 'text/html');
    const picked = deed.fields.filter(([name, key]) => /^q\d+$/.test(name) && key);
    return picked.map(([name, key]) => {
      const mark = page && page.getElementById(`${name}-${key}`);
      return `${Number(name.slice(1)) + 1}. ${mark ? mark.closest('label').textContent.trim() : key}`;
    });
  };
  const show = async () => {
    const found = await ask({ do: 'list' }).catch(() => null) || { modules: [], deeds: [], pages: {} };
    const [kept, waiting] = ['modules', 'deeds'].map((name) => trouble.querySelector(`[data-list=${name}]`));
    kept.replaceChildren(...found.modules.map((module) => {
      const row = fill(part('module'), { title: module.title, course: module.course, size: size(module.size), until: day(found.until) });
      row.querySelector('a').href = module.pages[0].address;
      row.querySelector('[data-do=drop]').addEventListener('click', async () => { await ask({ do: 'drop', id: module.id }); show(); });
      return row;
    }));
    const titles = new Map(found.modules.flatMap((module) => module.pages.map((one) => [one.address, one.title])));
    waiting.replaceChildren(...found.deeds.filter((one) => !one.done || one.state !== 'waiting').map((deed) => {
      const row = fill(part(deed.state), { title: titles.get(deed.page) || '' });
      const lines = row.querySelector('[data-fill=mine]');
      if (lines) lines.replaceChildren(...said(deed, found.pages[deed.page]).map((text) => Object.assign(doc.createElement('p'), { textContent: text })));
      const why = row.querySelector('[data-fill=why]');
      if (why) why.textContent = deed.code === 'missing' ? why.dataset.missing : deed.words || why.dataset.gone;
      const way = row.querySelector('a');
      if (way) way.href = deed.page;
      const gone = row.querySelector('[data-do=discard]');
      if (gone) gone.addEventListener('click', async () => { await ask({ do: 'discard', n: deed.n }); show(); });
      return row;
    }));
    trouble.querySelectorAll('[data-empty]').forEach((one) => { one.hidden = found[one.dataset.empty].length > 0; });
    trouble.querySelectorAll('[data-some]').forEach((one) => { one.hidden = found[one.dataset.some].length === 0; });
    trouble.hidden = false;
  };

  if (!able) return;
  const back = () => {
    away = false;
    delete root.dataset.missing;
    delete root.dataset.needs;
    send();
  };
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data.told === 'gone' && isKept) { root.hidden = true; location.replace('/'); return; }
    if (data.told === 'signin') door = true;
    if (data.told === 'kept') away = true;
    if (data.told === 'sent') { away = false; door = false; sent = sent || data.sent > 0; }
    if (trouble) show();
    look();
  });
  window.addEventListener('online', back);
  window.addEventListener('offline', look);
  setInterval(() => { if (!doc.hidden && line && line.dataset.state && line.dataset.state !== 'sent') send(); }, 20000);
  if (trouble) show();
  look().then((found) => {
    if (found && form) restore(found.deeds);
    if (found && found.waiting && navigator.onLine) send();
  });
})();

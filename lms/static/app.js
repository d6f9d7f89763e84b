/* Everything works without this file; it makes some things gentler. No dependencies, no cookies. */
(() => {
  'use strict';
  const doc = document;
  const root = doc.documentElement;
  const closest = (event, selector) => event.target.closest && event.target.closest(selector);
  const STORE = 'draft:';

  /* ---- Salida segura: hide at once, sign out, and leave without a trace in the back button. Drafts stay. */
  const LEFT = 'left'; // in this tab only: who has left does not come back by the back button
  const exit = doc.querySelector('[data-safe-exit]');
  const left = (now) => {
    try {
      if (now === true) sessionStorage.setItem(LEFT, '1');
      if (now === false) sessionStorage.removeItem(LEFT);
      return sessionStorage.getItem(LEFT) === '1';
    } catch (_) { return false; } // forbidden
  };
  const vanish = () => {
    root.hidden = true;
    if (window.speechSynthesis) speechSynthesis.cancel(); // a lesson that is read aloud falls silent at once
    doc.title = ' ';
    doc.querySelectorAll('link[rel~="icon"]').forEach((icon) => { icon.href = 'data:,'; });
    location.replace(exit.href || exit.dataset.href);
  };
  const leave = () => {
    left(true);
    const out = doc.querySelector('form[data-forget-drafts]');
    if (out && navigator.sendBeacon) navigator.sendBeacon(out.action, new FormData(out));
    vanish();
  };
  let lastEsc = -Infinity;
  if (exit) {
    const [how] = performance.getEntriesByType('navigation');
    if (!(how && how.type === 'back_forward')) left(false);
    else if (left()) vanish();
    doc.addEventListener('click', (event) => {
      if (!closest(event, '[data-safe-exit]')) return;
      event.preventDefault();
      leave();
    });
    doc.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && event.repeat) return;
      // Esc also closes a dialog, and ends what an input method is composing: that is not leaving.
      const other = event.key !== 'Escape' || event.isComposing || event.keyCode === 229 || doc.querySelector('dialog[open]');
      if (other) { lastEsc = -Infinity; return; }
      if (event.timeStamp - lastEsc < 1000) leave();
      lastEsc = event.timeStamp;
    }, true);
  }

  /* ---- Dialogs. */
  doc.addEventListener('click', (event) => {
    const opener = closest(event, '[data-dialog]');
    const dialog = opener && doc.getElementById(opener.dataset.dialog);
    if (!dialog || !dialog.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });
  doc.addEventListener('keydown', (event) => {
    // A link that acts as a button also answers to the space bar.
    const opener = event.key === ' ' && closest(event, 'a[data-dialog]');
    if (opener) { event.preventDefault(); opener.click(); }
  });

  /* ---- Submit once. form[data-guard=off] opts out; downloads get their button back by themselves. */
  const enable = (form, on) => {
    for (const button of form.elements) {
      if (button.type !== 'submit') continue;
      if (!on && !button.disabled) { button.disabled = true; button.dataset.held = ''; }
      if (on && 'held' in button.dataset) { button.disabled = false; delete button.dataset.held; }
    }
  };
  doc.addEventListener('submit', (event) => {
    const form = event.target;
    const by = event.submitter;
    if (event.defaultPrevented || form.dataset.guard === 'off') return;
    if (form.method === 'dialog' || (by && by.formMethod === 'dialog')) return;
    setTimeout(() => enable(form, false)); // after the button's own value has been sent
    setTimeout(() => enable(form, true), 10000);
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted && exit && left()) { vanish(); return; }
    if (event.persisted) root.hidden = false;
    for (const form of doc.forms) enable(form, true);
  });

  /* ---- Small things. */
  const onward = doc.querySelector('form[data-onward]'); // what needs no answer from the person is sent by itself
  if (onward) onward.requestSubmit ? onward.requestSubmit() : onward.submit();
  doc.querySelectorAll('form [data-answered]').forEach((mark) => { // "{answered} of 10": fieldsets with a choice
    const form = mark.closest('form');
    const count = () => [...form.querySelectorAll('fieldset')].filter((one) => one.querySelector(':checked')).length;
    form.addEventListener('change', () => { mark.textContent = mark.dataset.answered.replace('{answered}', count()); });
  });
  doc.addEventListener('change', (event) => {
    const select = closest(event, 'select[data-submit]');
    if (select && select.form) select.form.requestSubmit ? select.form.requestSubmit() : select.form.submit();
  });

  // How one reads is seen before it is kept; leaving without keeping it changes nothing.
  const reading = doc.querySelector('form[data-reading]');
  if (reading) {
    const show = () => {
      for (const el of reading.elements) if (el.type === 'radio' && el.checked) root.dataset[el.name] = el.value;
    };
    reading.addEventListener('change', show);
    window.addEventListener('pageshow', show); // what the browser filled in again
  }

  const copied = (button) => {
    const words = button.dataset.copied;
    if (!words) return;
    let mark = button.nextElementSibling;
    if (!mark || !mark.matches('.copy-mark')) {
      mark = doc.createElement('span');
      mark.className = 'copy-mark';
      mark.setAttribute('role', 'status');
      button.after(mark);
    }
    setTimeout(() => { mark.textContent = words; }, 50);
  };
  doc.addEventListener('click', async (event) => {
    const button = closest(event, '[data-copy]');
    if (!button) return;
    const wanted = button.dataset.copy;
    const source = wanted[0] === '#' && doc.querySelector(wanted);
    const text = source ? ('value' in source ? source.value : source.textContent).trim() : wanted;
    try {
      await navigator.clipboard.writeText(text);
      copied(button);
    } catch (_) { // no permission, or no https: select it, so that it can be copied by hand
      if (source && source.select) source.select();
      else if (source) getSelection().selectAllChildren(source);
      if (source && doc.execCommand('copy')) copied(button);
    }
  });

  const first = doc.querySelector('[data-focus]');
  if (first) first.focus();

  /* ---- Drafts that never reached the server. Base: what the server had, so that newer text is not overwritten. */
  const drafts = {
    read(key) { try { return JSON.parse(localStorage.getItem(STORE + key)) || {}; } catch (_) { return {}; } },
    write(key, value) { try { localStorage.setItem(STORE + key, JSON.stringify(value)); } catch (_) { /* full or forbidden */ } },
    drop(key) { try { localStorage.removeItem(STORE + key); } catch (_) { /* forbidden */ } },
  };
  doc.addEventListener('submit', (event) => {
    if (!event.target.matches('[data-forget-drafts]')) return;
    try {
      Object.keys(localStorage).filter((k) => k.startsWith(STORE)).forEach((k) => localStorage.removeItem(k));
    } catch (_) { /* forbidden */ }
  });

  /* ---- Autosave. Sends the changed fields, each with all its values (none: one empty one), and the hidden fields. */
  const isText = (el) => el.matches('textarea, input:not([type=radio]):not([type=checkbox])');
  const savable = (el) => el.name && !el.disabled && el.dataset.autosave !== 'off' &&
    !['hidden', 'password', 'file', 'submit', 'button', 'reset'].includes(el.type);

  class Autosave {
    constructor(form) {
      this.form = form;
      this.key = form.dataset.draft;
      this.base = this.values();
      this.dirty = new Set();
      this.flying = false;
      this.timer = this.retry = 0;
      form.addEventListener('input', (e) => this.changed(e.target, isText(e.target) ? 600 : 0));
      form.addEventListener('change', (e) => { if (!isText(e.target) || this.dirty.has(e.target.name)) this.changed(e.target, 0); });
      form.addEventListener('submit', () => {
        clearTimeout(this.timer);
        clearTimeout(this.retry);
        this.submitted = true;
        this.count();
        if (this.key && navigator.onLine) drafts.drop(this.key);
      });
      window.addEventListener('pageshow', () => { this.submitted = false; });
      window.addEventListener('online', () => this.send());
      doc.addEventListener('visibilitychange', () => { if (doc.visibilityState === 'hidden') this.send(true); });
      this.restore();
    }

    values() {
      const all = {};
      const data = new FormData(this.form);
      for (const el of this.form.elements) {
        if (savable(el)) all[el.name] = data.getAll(el.name).filter((v) => typeof v === 'string');
      }
      return all;
    }

    changed(el, wait) {
      if (!savable(el)) return;
      this.dirty.add(el.name);
      this.touched = el;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), wait);
    }

    say(state, words) {
      const box = this.touched && this.touched.closest('.field, fieldset');
      const mark = (box && box.querySelector('[data-autosave-mark]')) || this.form.querySelector('[data-autosave-mark]') ||
        doc.querySelector('[data-autosave-mark]');
      if (!mark) return;
      if (!mark.hasAttribute('aria-live')) mark.setAttribute('aria-live', 'polite');
      mark.dataset.state = state;
      mark.textContent = words || mark.dataset[state] || '';
    }

    // A hidden field `sequence` tells the server which sending is the newer one, whatever the order of arrival.
    count() {
      const sequence = this.form.elements.sequence;
      if (sequence) sequence.value = Number(sequence.value) + 1;
    }

    async send(leaving) {
      if (!this.dirty.size || this.submitted || (this.flying && !leaving)) return;
      clearTimeout(this.timer);
      clearTimeout(this.retry);
      const now = this.values();
      const names = 'autosaveWhole' in this.form.dataset ? Object.keys(now) : [...this.dirty].filter((n) => n in now);
      this.dirty.clear();
      this.count();
      const body = new FormData();
      for (const el of this.form.elements) if (el.type === 'hidden' && el.name) body.append(el.name, el.value);
      for (const n of names) (now[n].length ? now[n] : ['']).forEach((v) => body.append(n, v));
      this.flying = true;
      this.say('saving');
      let reply = null;
      try {
        reply = await fetch(this.form.dataset.autosave, {
          method: 'POST', body, credentials: 'same-origin', redirect: 'manual', keepalive: !!leaving,
          headers: { 'X-Requested-With': 'fetch', Accept: 'application/json' },
        });
      } catch (_) { /* not reached: below */ }
      this.flying = false;
      if (reply && reply.ok) {
        names.forEach((n) => { this.base[n] = now[n]; });
        if (this.key) drafts.drop(this.key);
        if (this.dirty.size) this.send();
        else this.say('saved');
        return;
      }
      names.forEach((n) => this.dirty.add(n));
      if (!reply || [429, 502, 503, 504].includes(reply.status)) {
        if (this.key && !reply) this.keep();
        this.retry = setTimeout(() => this.send(), 10000);
        this.say('failed');
        return;
      }
      let words = ''; // refused: the server may say why, as {"message": "…"}
      try { words = (await reply.json()).message; } catch (_) { /* no words */ }
      this.say('refused', words);
    }

    keep() {
      const now = this.values();
      const kept = {};
      this.dirty.forEach((n) => { kept[n] = { base: this.base[n], now: now[n] }; });
      drafts.write(this.key, kept);
    }

    restore() {
      if (!this.key) return;
      const kept = drafts.read(this.key);
      for (const name of Object.keys(kept)) {
        if (JSON.stringify(kept[name].base) !== JSON.stringify(this.base[name])) continue;
        const values = kept[name].now.slice();
        for (const el of this.form.elements) {
          if (el.name !== name || !savable(el)) continue;
          if (el.type === 'radio' || el.type === 'checkbox') el.checked = values.includes(el.value);
          else if (el.multiple) for (const o of el.options) o.selected = values.includes(o.value);
          else el.value = values.shift() || '';
        }
        this.dirty.add(name);
      }
      if (this.dirty.size) this.send();
      else drafts.drop(this.key);
    }
  }
  doc.querySelectorAll('form[data-autosave]').forEach((form) => new Autosave(form));

  /* ---- Work that goes on elsewhere: how far it is, until it is over; then the page is loaded anew. */
  const work = doc.querySelector('[data-progress]');
  const look = async () => {
    try {
      const reply = await fetch(work.dataset.progress, { headers: { 'X-Requested-With': 'fetch' } });
      if (reply.ok) {
        const state = await reply.json();
        if (state.over) { location.reload(); return; }
        work.querySelector('.meter-words').textContent = state.words;
        work.querySelector('.meter-fill').setAttribute('width', `${Math.max(1, state.share)}%`);
      }
    } catch (_) { /* not reached: asked again */ }
    setTimeout(look, 1000);
  };
  if (work) setTimeout(look, 700);

  // A button says on how many ticked boxes it acts: data-count=NAME, data-count-one, data-count-many ("#" is the number).
  doc.querySelectorAll('button[data-count]').forEach((button) => {
    const boxes = [...button.form.elements].filter((el) => el.type === 'checkbox' && el.name === button.dataset.count);
    const words = button.textContent;
    const say = () => {
      const n = boxes.filter((box) => box.checked).length;
      button.textContent = n ? (n === 1 ? button.dataset.countOne : button.dataset.countMany.replace('#', n)) : words;
    };
    boxes.forEach((box) => box.addEventListener('change', say));
    say();
  });

  // Modules on a phone: their script comes only to browsers in which one was kept.
  const net = doc.querySelector('[data-net]');
  if (net && navigator.serviceWorker && !doc.querySelector(`script[src="${net.dataset.script}"]`)) {
    navigator.serviceWorker.getRegistration('/').then((found) => {
      if (found) doc.head.append(Object.assign(doc.createElement('script'), { src: net.dataset.script }));
    }).catch(() => { /* forbidden */ });
  }

  // A scenario shows one step at a time; its ways lead on, and the browser's own way back leads back.
  doc.querySelectorAll('.scenario').forEach((scenario) => {
    const steps = [...scenario.querySelectorAll('.scenario-step')];
    const show = (id, move) => {
      const at = steps.find((step) => step.id === id);
      if (!at) return;
      steps.forEach((step) => { step.hidden = step !== at; });
      if (move) {
        at.tabIndex = -1;
        at.focus();
      }
    };
    show(steps.some((step) => `#${step.id}` === location.hash) ? location.hash.slice(1) : steps[0] && steps[0].id);
    addEventListener('hashchange', () => show(location.hash.slice(1), true));
  });
})();

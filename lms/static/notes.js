/* Notes and marks in a lesson: brought by study.js where there are some, or when the first is made. */
(() => {
  'use strict';
  const doc = document;
  const article = doc.querySelector('article[data-study]');
  const BLOCKS = 'p, li, h2, h3, h4, td, th, pre, summary';
  const OURS = '.note-mark, .note-here';
  const show = (el, yes) => { if (el) el.hidden = !yes; };

  // The lesson's words: each piece of text with the place at which it begins.
  const words = () => {
    const found = [];
    let at = 0;
    const walk = doc.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.parentElement.closest(OURS)) continue;
      found.push({ node, at });
      at += node.length;
    }
    return found;
  };
  const whole = (pieces) => pieces.map((piece) => piece.node.data).join('');

  const box = doc.querySelector('[data-notes]');
  const parts = doc.getElementById('note-parts');
  const token = doc.querySelector('input[name=csrf_token]');
  const part = (selector) => parts.content.querySelector(selector).cloneNode(true);
  const list = box.querySelector('ol');
  const place = box.dataset.notes.replace(/\.json$/, '');
  const store = `draft:notes:${place}`; // goes with the other drafts when one signs out
  const notes = new Map(); // id → {id, paragraph, start, quote, text, revision, there}
  const random = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const h = [...b].map((n) => n.toString(16).padStart(2, '0')).join('');
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  };
  const page = random();
  let sequence = 0;

  // What has not reached the server yet lies in this browser, until it has.
  const waiting = {
    read() { try { return JSON.parse(localStorage.getItem(store)) || {}; } catch (_) { return {}; } },
    write(all) {
      try {
        if (Object.keys(all).length) localStorage.setItem(store, JSON.stringify(all));
        else localStorage.removeItem(store);
      } catch (_) { /* full or forbidden */ }
    },
    keep(note) { const all = this.read(); all[note.id] = note; this.write(all); },
    drop(id) { const all = this.read(); delete all[id]; this.write(all); },
  };

  const send = async (address, fields) => {
    const body = new FormData();
    body.append('csrf_token', token.value);
    Object.entries(fields).forEach(([name, value]) => body.append(name, value));
    try {
      return await fetch(address, {
        method: 'POST', body, credentials: 'same-origin', redirect: 'manual', keepalive: true,
        headers: { 'X-Requested-With': 'fetch', Accept: 'application/json' },
      });
    } catch (_) { return null; } // not reached
  };
  const away = (reply) => !reply || [429, 502, 503, 504].includes(reply.status);

  const dialog = part('dialog');
  const area = dialog.querySelector('textarea');
  const mark = dialog.querySelector('[data-autosave-mark]');
  const bar = part('.mark-bar');
  box.before(bar);
  box.append(dialog);
  const tell = (state, said) => { mark.dataset.state = state; mark.textContent = said || mark.dataset[state] || ''; };

  const save = async (note, joined) => {
    sequence += 1;
    const mine = sequence;
    note.sent = mine;
    const writing = { text: note.text, page, sequence, base: note.revision || 0 };
    waiting.keep(note);
    tell('saving');
    const reply = note.there
      ? await send(`/notes/${note.id}`, writing)
      : await send(place, {
        ...writing, key: note.id, paragraph: note.paragraph === null ? '' : note.paragraph,
        start: note.start === null ? '' : note.start, quote: note.quote || '',
      });
    if (reply && reply.ok) note.there = true;
    if (note.sent !== mine) return; // a later text is under way
    if (away(reply)) { tell('failed', box.dataset.waiting); setTimeout(retry, 10000); return; }
    waiting.drop(note.id);
    if (reply.ok) { tell('saved'); return; }
    let said = {};
    try { said = await reply.json(); } catch (_) { /* no words */ }
    if (said.error === 'note-stale' && !joined && await join(note)) { save(note, true); return; }
    if (!note.there) forget(note);
    if (current !== note) open(note);
    tell('refused', said.message);
  };
  const fetched = async () => {
    const reply = await fetch(box.dataset.notes, { credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch', Accept: 'application/json' } });
    return reply.ok ? (await reply.json()).notes : [];
  };
  // Written here and elsewhere: both texts are kept, one after the other.
  const join = async (note) => {
    let kept = null;
    try { kept = (await fetched()).find((one) => one.id === note.id); } catch (_) { /* not reached */ }
    if (!kept) return false;
    note.revision = kept.revision;
    if (!note.text.includes(kept.text)) note.text = `${kept.text}\n\n${note.text}`;
    if (current === note) area.value = note.text;
    return true;
  };
  const retry = () => Object.values(waiting.read()).forEach((note) => save(notes.get(note.id) || note));
  addEventListener('online', retry);

  /* Where a mark is: at its place; if the text has changed, where its words are nearest; otherwise nowhere. */
  const starts = (pieces) => [...article.querySelectorAll(BLOCKS)].map((block) => {
    const first = pieces.find((piece) => block.contains(piece.node));
    return first ? first.at : -1;
  });
  const locate = (note) => {
    const pieces = words();
    const text = whole(pieces);
    const at = (starts(pieces)[note.paragraph] || 0) + note.start;
    if (text.substr(at, note.quote.length) === note.quote) return [at, at + note.quote.length];
    const places = [];
    let squeezed = '';
    for (let i = 0; i < text.length; i += 1) if (!/\s/.test(text[i])) { squeezed += text[i]; places.push(i); }
    const wanted = note.quote.replace(/\s+/g, '');
    let best = -1;
    for (let i = squeezed.indexOf(wanted); wanted && i >= 0; i = squeezed.indexOf(wanted, i + 1)) {
      if (best < 0 || Math.abs(places[i] - at) < Math.abs(places[best] - at)) best = i;
    }
    return best < 0 ? null : [places[best], places[best + wanted.length - 1] + 1];
  };
  const paint = (note) => {
    const found = locate(note);
    if (!found) return false;
    let last = null;
    for (const { node, at } of words()) {
      const from = Math.max(found[0] - at, 0);
      const to = Math.min(found[1] - at, node.length);
      if (from >= to || !node.data.slice(from, to).trim() || !node.parentElement.closest(BLOCKS)) continue;
      const piece = from ? node.splitText(from) : node;
      if (to - from < piece.length) piece.splitText(to - from);
      last = doc.createElement('mark');
      last.dataset.of = note.id;
      piece.replaceWith(last);
      last.append(piece);
    }
    if (!last) return false;
    const button = part('.note-mark');
    button.dataset.of = note.id;
    const outside = last.closest('a, summary'); // no button within a link
    (outside || last).after(button);
    label(note);
    return true;
  };
  const label = (note) => {
    const button = article.querySelector(`.note-mark[data-of="${note.id}"]`);
    if (!button) return;
    button.querySelector('.unseen').textContent = `${note.text ? box.dataset.noted : box.dataset.marked}: ${(note.text || note.quote).slice(0, 80)}`;
    button.classList.toggle('note-mark-words', !!note.text);
  };
  const forget = (note) => {
    notes.delete(note.id);
    article.querySelectorAll(`[data-of="${note.id}"]`).forEach((el) => {
      const around = el.parentNode;
      if (el.matches('mark')) el.replaceWith(...el.childNodes); else el.remove();
      around.normalize();
    });
    const line = doc.getElementById(`note-${note.id}`);
    if (line) line.remove();
    show(list, list.children.length > 0);
  };
  // Beneath the text: notes on the whole lesson, and those whose words are there no more.
  const listed = (note, gone) => {
    const line = doc.createElement('li');
    line.className = 'note';
    line.id = `note-${note.id}`;
    const add = (tag, text, kind) => {
      if (!text) return;
      const el = doc.createElement(tag);
      el.textContent = text;
      if (kind) el.className = kind;
      line.append(el);
    };
    add('blockquote', note.quote);
    add('p', gone ? box.dataset.gone : '', 'small soft');
    add('p', note.text, 'note-text');
    const button = part('.note-mark');
    button.dataset.of = note.id;
    button.querySelector('.unseen').textContent = `${box.dataset.noted}: ${(note.text || note.quote).slice(0, 80)}`;
    line.append(button);
    list.append(line);
    show(list, true);
  };
  const put = (note) => {
    notes.set(note.id, note);
    if (!note.quote || !paint(note)) listed(note, !!note.quote);
  };

  /* The note that is open. */
  let current = null;
  let timer = 0;
  const drop = dialog.querySelector('[data-drop]');
  const dropWords = drop.textContent;
  const open = (note) => {
    current = note;
    drop.textContent = dropWords;
    tell('', ' ');
    const { quote } = note;
    dialog.querySelector('blockquote').textContent = quote.length > 200 ? `${quote.slice(0, 200)} …` : quote;
    show(dialog.querySelector('blockquote'), !!note.quote);
    area.value = note.text;
    if (!dialog.open) dialog.showModal();
    area.focus();
  };
  const flush = () => {
    clearTimeout(timer);
    if (!current || area.value === current.text) return;
    current.text = area.value;
    label(current);
    const line = doc.getElementById(`note-${current.id}`);
    const said = line && line.querySelector('.note-text');
    if (said) said.textContent = current.text;
    save(current);
  };
  area.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(flush, 600); });
  dialog.addEventListener('close', () => {
    flush();
    const button = current && article.querySelector(`.note-mark[data-of="${current.id}"]`);
    current = null;
    if (button) button.focus();
  });
  addEventListener('pagehide', flush);
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  drop.addEventListener('click', async () => {
    const note = current;
    if (area.value.trim() && drop.textContent === dropWords) { drop.textContent = box.dataset.onceMore; return; }
    clearTimeout(timer);
    waiting.drop(note.id);
    if (note.there) {
      const reply = await send(`/notes/${note.id}/delete`, {});
      if (!reply || !reply.ok) { tell(away(reply) ? 'failed' : 'refused'); return; }
    }
    current = null;
    forget(note);
    dialog.close();
  });
  doc.addEventListener('click', (event) => {
    const at = event.target.closest && event.target.closest('mark[data-of], .note-mark[data-of]');
    const note = at && notes.get(at.dataset.of);
    if (note && getSelection().isCollapsed) open(note);
  });

  /* Marking. */
  const chosen = () => {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(article)) return null;
    let from = -1;
    let to = -1;
    const pieces = words();
    for (const { node, at } of pieces) {
      if (!range.intersectsNode(node)) continue;
      const begin = node === range.startContainer ? range.startOffset : 0;
      const end = node === range.endContainer ? range.endOffset : node.length;
      if (begin >= end) continue;
      if (from < 0) from = at + begin;
      to = at + end;
    }
    return from < 0 ? null : anchored(pieces, from, to);
  };
  const anchored = (pieces, begin, finish) => {
    const text = whole(pieces);
    let from = begin;
    let to = Math.min(finish, begin + 900);
    while (from < to && /\s/.test(text[from])) from += 1;
    while (to > from && /\s/.test(text[to - 1])) to -= 1;
    if (from >= to) return null;
    const letter = /[\p{L}\p{N}]/u; // whole words
    const first = pieces.find((piece) => from < piece.at + piece.node.length);
    const last = pieces.find((piece) => to <= piece.at + piece.node.length);
    while (from > first.at && letter.test(text[from]) && letter.test(text[from - 1])) from -= 1;
    while (to < last.at + last.node.length && letter.test(text[to - 1]) && letter.test(text[to])) to += 1;
    let paragraph = 0;
    const all = starts(pieces);
    all.forEach((at, i) => { if (at >= 0 && at <= from) paragraph = i; });
    return { paragraph, start: from - Math.max(all[paragraph], 0), quote: text.slice(from, to) };
  };
  const make = (anchor, write) => {
    if (!anchor) return;
    const note = { id: random(), text: '', revision: 0, there: false, ...anchor };
    getSelection().removeAllRanges();
    show(bar, false);
    put(note);
    save(note);
    if (write) open(note);
  };
  let later = 0;
  const look = () => { show(bar, !dialog.open && !!chosen()); };
  doc.addEventListener('selectionchange', () => { clearTimeout(later); later = setTimeout(look, 250); });
  bar.addEventListener('pointerdown', (event) => event.preventDefault()); // the words stay chosen
  bar.querySelector('[data-mark]').addEventListener('click', () => make(chosen(), false));
  bar.querySelector('[data-note]').addEventListener('click', () => make(chosen(), true));

  // Without choosing words, for keys and unsteady hands: a button beneath each paragraph.
  const byParagraph = box.querySelector('[data-by-paragraph]');
  byParagraph.addEventListener('click', () => {
    const on = byParagraph.getAttribute('aria-pressed') !== 'true';
    byParagraph.setAttribute('aria-pressed', on);
    article.querySelectorAll('.note-here').forEach((el) => el.remove());
    if (!on) return;
    article.querySelectorAll('p, li').forEach((block) => {
      if (block.closest('.note-here, summary') || block.querySelector('p, li, ul, ol') || !block.textContent.trim()) return;
      const here = part('.note-here');
      if (block.matches('li')) block.append(here); else block.after(here);
      here.querySelector('button').addEventListener('click', () => {
        const range = doc.createRange();
        range.selectNodeContents(block);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        make(chosen(), true);
      });
    });
    const first = article.querySelector('.note-here button');
    if (first) first.focus();
  });

  Promise.resolve(box.notes || fetched().catch(() => []))
    .then((there) => {
      const kept = waiting.read();
      there.forEach((note) => {
        const mine = kept[note.id];
        put({ ...note, ...(mine && { text: mine.text, revision: mine.revision }), there: true });
      });
      Object.values(kept).filter((note) => !notes.has(note.id)).forEach((note) => { if (!note.there) put(note); else waiting.drop(note.id); });
      retry();
      look();
      const wanted = location.hash.startsWith('#note-') && notes.get(location.hash.slice(6));
      const at = wanted && (article.querySelector(`mark[data-of="${wanted.id}"]`) || doc.getElementById(location.hash.slice(1)));
      if (at) at.scrollIntoView({ block: 'center' });
    });
})();

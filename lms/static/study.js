/* A lesson's own tools: read aloud, print; notes and marks are in notes.js. The lesson is whole without them. */
(() => {
  'use strict';
  const doc = document;
  const article = doc.querySelector('article[data-study]');
  if (!article) return;
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

  /* ---- Print: what is folded is opened for the paper. */
  const print = doc.querySelector('[data-print]');
  if (print) {
    show(print, true);
    print.addEventListener('click', () => window.print());
    let opened = [];
    addEventListener('beforeprint', () => {
      opened = [...article.querySelectorAll('details:not([open]), .scenario-step[hidden]')];
      opened.forEach((el) => { if (el.matches('details')) el.open = true; else el.hidden = false; });
    });
    addEventListener('afterprint', () => {
      opened.forEach((el) => { if (el.matches('details')) el.open = false; else el.hidden = true; });
    });
  }

  /* ---- Read aloud, sentence by sentence. Pausing stops the voice and remembers the sentence: some phones cannot pause. */
  const synth = window.speechSynthesis;
  const voiceBox = doc.querySelector('[data-voice]');
  if (synth && window.SpeechSynthesisUtterance && voiceBox) {
    const speak = voiceBox.querySelector('[data-speak]');
    const hush = voiceBox.querySelector('[data-hush]');
    const rate = voiceBox.querySelector('[data-rate]');
    const language = (article.lang || doc.documentElement.lang || 'es').slice(0, 2);
    let sentences = [];
    let next = 0;
    let run = 0; // a voice that was stopped must not go on when it says that it has ended
    let talking = false;
    let reading = null;
    const voices = () => synth.getVoices().filter((voice) => voice.lang.slice(0, 2).toLowerCase() === language);
    const offer = () => show(voiceBox, talking || voices().length > 0);
    const gather = () => {
      const groups = new Map();
      for (const { node } of words()) {
        const block = node.parentElement.closest(BLOCKS);
        if (!block || !article.contains(block) || block.closest('[hidden]')) continue;
        const folded = block.closest('details:not([open])');
        if (folded && block !== folded.firstElementChild) continue;
        groups.set(block, (groups.get(block) || '') + node.data);
      }
      const found = [];
      groups.forEach((text, block) => {
        (text.match(/[^.!?…;:]+[.!?…;:]*["»”)]*\s*/g) || []).forEach((sentence) => {
          for (let i = 0; i < sentence.length; i += 240) {
            if (sentence.slice(i, i + 240).trim()) found.push({ block, text: sentence.slice(i, i + 240).trim() });
          }
        });
      });
      return found;
    };
    const follow = (block) => {
      if (reading) reading.classList.remove('being-read');
      reading = block;
      if (!block) return;
      block.classList.add('being-read');
      const place = block.getBoundingClientRect();
      if (place.top < 0 || place.bottom > innerHeight - 80) block.scrollIntoView({ block: 'center' });
    };
    const face = () => {
      speak.textContent = talking ? voiceBox.dataset.pause : (next ? voiceBox.dataset.goOn : voiceBox.dataset.play);
      show(hush, talking || next > 0);
      show(rate.parentElement, talking || next > 0);
    };
    const stop = () => { run += 1; talking = false; synth.cancel(); };
    const finish = () => { stop(); next = 0; follow(null); face(); };
    const say = () => {
      if (next >= sentences.length) { finish(); return; }
      const mine = run;
      const one = new SpeechSynthesisUtterance(sentences[next].text);
      const [voice] = voices();
      one.lang = voice ? voice.lang : language;
      if (voice) one.voice = voice;
      one.rate = Number(rate.value);
      one.onend = () => { if (mine === run) { next += 1; say(); } };
      one.onerror = () => { if (mine === run) { stop(); face(); } };
      follow(sentences[next].block);
      synth.speak(one);
    };
    const start = () => {
      stop();
      if (!next) sentences = gather();
      talking = true;
      face();
      say();
    };
    speak.addEventListener('click', () => { if (talking) { stop(); face(); } else start(); });
    hush.addEventListener('click', () => { finish(); speak.focus(); });
    rate.addEventListener('change', () => { if (talking) start(); });
    addEventListener('pagehide', () => synth.cancel());
    if (synth.addEventListener) synth.addEventListener('voiceschanged', offer);
    offer();
  }

  /* ---- Notes and marks: their script comes where there are some, or when the first is to be made. */
  const box = doc.querySelector('[data-notes]');
  if (!box || !window.fetch) return;
  let coming = null;
  const bring = () => {
    coming = coming || new Promise((done) => {
      const script = doc.createElement('script');
      script.src = box.dataset.script;
      script.onload = done;
      doc.head.append(script);
    });
    return coming;
  };
  const byParagraph = box.querySelector('[data-by-paragraph]');
  show(byParagraph, true);
  byParagraph.addEventListener('click', () => { if (!coming) bring().then(() => byParagraph.click()); }, { once: true });
  doc.addEventListener('selectionchange', () => {
    const { anchorNode, isCollapsed } = getSelection();
    if (!coming && !isCollapsed && article.contains(anchorNode)) bring();
  });
  let drafts = false; // what did not reach the server
  try { drafts = localStorage.getItem(`draft:notes:${box.dataset.notes.replace(/\.json$/, '')}`) !== null; } catch (_) { /* forbidden */ }
  fetch(box.dataset.notes, { credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch', Accept: 'application/json' } })
    .then((reply) => (reply.ok ? reply.json() : { notes: [] }))
    .then((answer) => { box.notes = answer.notes; })
    .catch(() => { /* not reached: asked again when there is something to show */ })
    .then(() => { if (drafts || (box.notes && box.notes.length)) bring(); });
})();

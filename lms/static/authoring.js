// Writing courses: how a text will look, beside it, while it is written; and modules and lessons moved by dragging.
// Everything here is done by the page's own buttons as well.
(() => {
  'use strict';
  const doc = document;

  // ---- The look of what is written, a moment after the last key.
  const form = doc.querySelector('form[data-preview]');
  if (form) {
    const pane = doc.getElementById('preview');
    const place = pane.querySelector('[data-look]');
    let timer = 0;
    let round = 0;
    const show = async () => {
      const mine = ++round;
      try {
        const reply = await fetch(form.dataset.preview, {
          method: 'POST', body: new FormData(form), credentials: 'same-origin', redirect: 'manual',
          headers: { 'X-Requested-With': 'fetch', Accept: 'text/html' },
        });
        if (!reply.ok || mine !== round) return; // an older look never replaces a newer one
        const html = await reply.text();
        if (mine !== round) return;
        place.innerHTML = html;
        pane.hidden = false;
        form.classList.add('with-preview');
      } catch (_) { /* not reached: the next key asks again */ }
    };
    form.addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(show, 800);
    });
    if (pane.hidden) show();

    // The line that the checker speaks of.
    const line = Number(form.dataset.line || 0);
    const text = form.elements.body || form.elements.text;
    if (line > 0 && text) {
      const lines = text.value.split('\n');
      const at = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
      text.focus({ preventScroll: true });
      text.setSelectionRange(at, at + (lines[line - 1] || '').length);
      text.scrollTop = Math.max(0, (text.scrollHeight / Math.max(lines.length, 1)) * (line - 3));
      text.scrollIntoView({ block: 'center' });
    }
  }

  // ---- Dragging: what is dropped takes the place of what it is dropped on, by the same form as the buttons.
  doc.querySelectorAll('[data-order]').forEach((list) => {
    const items = [...list.children].filter((item) => item.dataset.path);
    items.forEach((item) => {
      item.draggable = true;
      item.addEventListener('dragstart', (event) => {
        event.stopPropagation();
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', item.dataset.path);
        list.dragged = item;
      });
      item.addEventListener('dragend', () => { list.dragged = null; });
      item.addEventListener('dragover', (event) => { if (list.dragged && list.dragged !== item) event.preventDefault(); });
      item.addEventListener('drop', (event) => {
        const dragged = list.dragged;
        const button = dragged && dragged.querySelector('button[name=move]');
        if (!button || dragged === item) return;
        event.preventDefault();
        event.stopPropagation();
        button.value = `${dragged.dataset.path} ${items.indexOf(item)}`;
        button.click();
      });
    });
  });
})();

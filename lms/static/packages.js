// The window on a package: says whether what the package tells has been kept. It hears its own frame and nobody else.
(() => {
  const frame = document.getElementById('package'), state = document.getElementById('package-state');
  if (!frame || !state) return;
  const words = { saved: 'saved', done: 'done', failed: 'failed', 'package-opened-elsewhere': 'elsewhere', 'package-session-over': 'over' };
  let last = false;
  window.addEventListener('message', (event) => {
    if (last || event.origin !== frame.dataset.origin || event.source !== frame.contentWindow) return;
    const said = words[event.data && event.data.package];
    if (!said) return;
    state.textContent = state.dataset[said];
    last = said === 'elsewhere' || said === 'over';
    state.classList.toggle('package-lost', last || said === 'failed');
  });
})();

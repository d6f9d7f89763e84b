/* Players of lessons: how fast they play. Without this file the browser's own menu does it. */
(() => {
  'use strict';
  const words = document.currentScript.dataset;
  document.querySelectorAll('.prose audio, .prose video').forEach((player) => {
    const group = document.createElement('div');
    group.className = 'speeds';
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', words.speed);
    const buttons = [0.75, 1, 1.25, 1.5, 2].map((rate) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = `${rate.toLocaleString(document.documentElement.lang)}×`;
      button.addEventListener('click', () => { player.playbackRate = player.defaultPlaybackRate = rate; });
      return [rate, button];
    });
    const mark = () => buttons.forEach(([rate, button]) => button.setAttribute('aria-pressed', rate === player.playbackRate));
    buttons.forEach(([, button]) => group.append(button));
    player.addEventListener('ratechange', mark);
    player.after(group);
    mark();
  });
})();

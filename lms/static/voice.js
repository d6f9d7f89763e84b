/* Voice notes: recorded in the page, heard before they are kept, sent when one says so. Without this file one sends a file. */
(() => {
  'use strict';
  const form = document.querySelector('form[data-voice]');
  if (!form || !navigator.mediaDevices || !window.MediaRecorder) return;
  const part = (name) => form.querySelector(`[data-voice-${name}]`);
  const [desk, start, stop, keep, again, state, heard, file] =
    ['desk', 'start', 'stop', 'keep', 'again', 'state', 'heard', 'file'].map(part);
  const most = Number(form.dataset.most);
  const type = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'].find((one) => MediaRecorder.isTypeSupported(one));
  let recorder = null, made = null, address = '', clock = 0, began = 0;

  desk.hidden = false;
  file.open = false;
  const show = (...these) => [start, stop, keep, again].forEach((one) => { one.hidden = !these.includes(one); });
  const time = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;
  const say = (words) => { state.textContent = words; };
  const drop = () => {
    made = null;
    heard.hidden = true;
    heard.removeAttribute('src');
    if (address) URL.revokeObjectURL(address);
    address = '';
  };

  const record = async () => {
    drop();
    let sound = null;
    try {
      sound = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (_) {
      say(form.dataset.refused);
      return;
    }
    const parts = [];
    recorder = new MediaRecorder(sound, { mimeType: type, audioBitsPerSecond: 32000 });
    recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
    recorder.addEventListener('stop', () => {
      clearInterval(clock);
      sound.getTracks().forEach((track) => track.stop()); // the microphone is let go of at once
      made = new Blob(parts, { type: recorder.mimeType });
      address = URL.createObjectURL(made);
      heard.src = address;
      heard.hidden = false;
      show(keep, again);
      say(form.dataset.ready);
      keep.focus();
    });
    recorder.start(1000);
    began = performance.now();
    show(stop);
    stop.focus();
    const tick = () => {
      const passed = (performance.now() - began) / 1000;
      // Said once: a screen reader need not hear each second.
      stop.setAttribute('data-time', time(passed));
      if (passed >= most) recorder.stop();
    };
    say(form.dataset.recording);
    tick();
    clock = setInterval(tick, 1000);
  };

  const send = async () => {
    const body = new FormData();
    for (const el of form.elements) if (el.type === 'hidden' && el.name) body.append(el.name, el.value);
    body.append('voice', made, 'voice');
    say(form.dataset.sending);
    keep.disabled = again.disabled = true;
    try {
      const reply = await fetch(form.action || location.href, {
        method: 'POST', body, credentials: 'same-origin', headers: { 'X-Requested-With': 'fetch', Accept: 'application/json' },
      });
      const told = await reply.json();
      if (reply.ok) { made = null; location.assign(told.address); return; }
      say(told.message || form.dataset.failed);
    } catch (_) {
      say(form.dataset.failed);
    }
    keep.disabled = again.disabled = false;
  };

  start.addEventListener('click', record);
  again.addEventListener('click', record);
  stop.addEventListener('click', () => recorder.stop());
  keep.addEventListener('click', send);
  window.addEventListener('beforeunload', (event) => { if (made || (recorder && recorder.state === 'recording')) event.preventDefault(); });
})();

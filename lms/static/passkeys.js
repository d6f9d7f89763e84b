/* Passkeys: asks the browser for a key and sends its answer. Without this file one signs in with a password. */
(() => {
  'use strict';
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = {
    async create(options) {
      options.challenge = bytes(options.challenge);
      options.user = { ...options.user, id: bytes(options.user.id) };
      options.excludeCredentials = known(options.excludeCredentials);
      const made = await navigator.credentials.create({ publicKey: options });
      const reply = made.response;
      return {
        id: made.id, rawId: words(made.rawId), type: made.type,
        response: {
          attestationObject: words(reply.attestationObject), clientDataJSON: words(reply.clientDataJSON),
          transports: reply.getTransports ? reply.getTransports() : null,
        },
        extensions: JSON.stringify(made.getClientExtensionResults()),
      };
    },
    async get(options) {
      options.challenge = bytes(options.challenge);
      options.allowCredentials = known(options.allowCredentials);
      const given = await navigator.credentials.get({ publicKey: options });
      const reply = given.response;
      return {
        id: given.id, rawId: words(given.rawId), type: given.type,
        response: {
          authenticatorData: words(reply.authenticatorData), clientDataJSON: words(reply.clientDataJSON),
          signature: words(reply.signature), userHandle: reply.userHandle ? words(reply.userHandle) : '',
        },
        assertionClientExtensions: JSON.stringify(given.getClientExtensionResults()),
      };
    },
  };

  const use = async (form) => {
    const says = form.querySelector('[data-passkey-says]');
    says.hidden = true;
    try {
      const answer = await ask[form.dataset.passkey](JSON.parse(form.dataset.options));
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (_) { // no key, refused, or no such thing on this device
      says.textContent = form.dataset.failed;
      says.hidden = false;
    }
  };

  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      use(form);
    });
    use(form);
  }
})();

"use strict";
// Passkeys: a part of the page that needs them is shown where the browser knows them, and sends what it was asked for.
(function () {
  const part = document.querySelector("[data-passkey]");
  if (!part || !window.PublicKeyCredential || !window.isSecureContext) return;
  part.hidden = false;
  const told = part.querySelector("[role=alert]");

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }
  function text(buffer) {
    let plain = "";
    new Uint8Array(buffer).forEach(function (one) { plain += String.fromCharCode(one); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function listed(list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  }
  async function send(body) {
    const answer = await fetch(part.dataset.passkey, {
      method: "POST",
      headers: {
        "Accept": "application/json", "Content-Type": "application/json",
        "X-CSRFToken": part.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.reason);
    return said;
  }
  async function prove(options) {
    options.challenge = bytes(options.challenge);
    options.allowCredentials = listed(options.allowCredentials);
    const made = await navigator.credentials.get({ publicKey: options });
    return {
      id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {},
      response: {
        clientDataJSON: text(made.response.clientDataJSON), authenticatorData: text(made.response.authenticatorData),
        signature: text(made.response.signature),
        userHandle: made.response.userHandle ? text(made.response.userHandle) : null,
      },
    };
  }
  async function make(options) {
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = listed(options.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: options });
    return {
      id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {},
      response: {
        clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject),
      },
    };
  }
  part.querySelector("button").addEventListener("click", async function (event) {
    event.preventDefault();
    told.textContent = "";
    try {
      const options = await send({});
      const credential = await (options.user ? make(options) : prove(options));
      const label = part.querySelector("[name=label]");
      const said = await send({ credential: credential, label: label ? label.value : "" });
      location.assign(said.next);
    } catch (error) {
      // the browser's own words for a dialog that was closed help nobody: the page has better ones
      told.textContent = error.name === "NotAllowedError" || !error.message ? part.dataset.stopped : error.message;
    }
  });
})();

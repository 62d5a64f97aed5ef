"use strict";
// Has the worker keep the form of a report on this device, so that it opens without a connection; takes it away where
// the city does not want it. A page that was kept has no tokens: they are fetched once the site is reached.
(function () {
  const form = document.getElementById("report");
  if (!form) return;
  const PATIENCE = 8000;  // milliseconds for the site's shortest answer
  const token = form.elements.csrfmiddlewaretoken;

  function fresh() {
    return fetch(window.location.pathname, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (text) {
      const page = new DOMParser().parseFromString(text, "text/html").getElementById("report");
      for (const one of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
        one.value = page.elements.csrfmiddlewaretoken.value;
      }
      if (!form.elements._key.value) form.elements._key.value = page.elements._key.value;
      return Boolean(token.value);
    });
  }
  function answers() {
    const stop = new AbortController();
    const late = window.setTimeout(function () { stop.abort(); }, PATIENCE);
    const asked = { method: "HEAD", credentials: "same-origin", cache: "no-store", signal: stop.signal };
    return fetch(form.dataset.worker || window.location.pathname, asked).finally(function () { window.clearTimeout(late); });
  }
  // Resolves once the site answers and the form has its tokens. A browser that says it is online may reach nothing.
  window.jingweiReached = function () {
    if (!navigator.onLine) return Promise.reject(new Error("offline"));
    return token.value ? answers() : fresh();
  };
  window.addEventListener("online", function () { window.jingweiReached().catch(function () { /* once more when it is sent */ }); });

  if (!navigator.serviceWorker) return;
  const worker = form.dataset.worker;
  if (worker) {
    navigator.serviceWorker.register(worker).catch(function () { /* it works with a connection alone */ });
    return;
  }
  navigator.serviceWorker.getRegistrations().then(function (all) {
    for (const one of all) if (one.scope.endsWith("/report/")) one.unregister();
    return caches.keys();
  }).then(function (names) {
    for (const name of names) if (name.startsWith("jingwei-report-")) caches.delete(name);
  }).catch(function () { /* nothing was kept here */ });
})();

"use strict";
// Has the worker keep the first step of a report on this device, so that it opens without a connection; takes it away
// where the city does not want it. A page that was kept has no tokens: they are fetched once the net is there.
(function () {
  const form = document.getElementById("report");
  if (!form) return;
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
  window.jingweiFresh = function () { return token.value ? Promise.resolve(true) : fresh(); };
  window.addEventListener("online", function () { window.jingweiFresh().catch(function () { /* once more when it is sent */ }); });

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

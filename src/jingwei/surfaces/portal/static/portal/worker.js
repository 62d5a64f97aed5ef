"use strict";
// Keeps the empty form of a report, all its steps on one page, and the files it is made of, so that it opens without a
// connection. Of the page nothing is kept that is anybody's: tokens are taken out, and what is typed lies in the draft
// alone (draft.js). Nothing but this form is kept or answered; whatever the net gives goes first. A new state of the files
// has an address of its own here, and so a store of its own.
const STORE = "jingwei-report-" + new URL(self.location.href).searchParams.get("v");
const HERE = new URL("./", self.location.href).pathname;
const WHOLE = "?step=whole";
const STATIC = /(?:src|href)="(\/static\/[^"?#]+)"/g;
const TOKENS = /(name="(?:csrfmiddlewaretoken|_key)" value=")[^"]*/g;
const SAID = ["Content-Type", "Content-Language", "Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"];

function isStep(path) {
  return path.startsWith(HERE) && /^([a-z_]+\/)?$/.test(path.slice(HERE.length));
}

function keep(path) {
  return fetch(path + WHOLE, { credentials: "same-origin" }).then(function (answer) {
    return answer.ok && !answer.redirected ? put(path, answer) : undefined;
  });
}

function put(path, answer) {
  const headers = new Headers();
  for (const name of SAID) if (answer.headers.has(name)) headers.set(name, answer.headers.get(name));
  return Promise.all([caches.open(STORE), answer.text()]).then(function (both) {
    const files = Array.from(both[1].matchAll(STATIC), function (found) { return found[1]; });
    return both[0].addAll(Array.from(new Set(files))).then(function () {
      return both[0].put(path, new Response(both[1].replace(TOKENS, "$1"), { headers: headers }));
    });
  });
}

function kept(path) {
  return caches.open(STORE).then(function (store) { return store.match(path); });
}

self.addEventListener("install", function (event) {
  self.skipWaiting();
  event.waitUntil(keep(HERE));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) {
      return name.startsWith("jingwei-report-") && name !== STORE ? caches.delete(name) : false;
    }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  const to = new URL(event.request.url);
  if (event.request.method !== "GET" || to.origin !== self.location.origin) return;
  const page = event.request.mode === "navigate" && isStep(to.pathname);
  if (!page && !to.pathname.startsWith("/static/")) return;
  event.respondWith(fetch(event.request).then(function (answer) {
    if (page) event.waitUntil(keep(to.pathname).catch(function () { /* it is kept as it was */ }));
    return answer;
  }, function (failed) {
    return kept(to.pathname).then(function (found) {
      if (found) return found;
      throw failed;
    });
  }));
});

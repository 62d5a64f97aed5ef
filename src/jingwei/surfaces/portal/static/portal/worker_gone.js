"use strict";
// In place of worker.js where the city keeps nothing on devices: the browser takes it as the newer one, and it goes.
self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.map(function (name) { return name.startsWith("jingwei-report-") && caches.delete(name); }));
  }).then(function () { return self.registration.unregister(); }));
});

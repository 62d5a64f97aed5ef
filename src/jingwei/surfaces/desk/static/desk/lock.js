"use strict";
// At a counter: after some minutes without a touch the session locks itself, so that nobody goes on as somebody else.
(function () {
  const form = document.querySelector("form[data-lock]");
  if (!form) return;
  const patience = Number(form.dataset.lock) * 1000;
  let touched = Date.now();
  ["keydown", "pointerdown", "input"].forEach(function (kind) {
    document.addEventListener(kind, function () { touched = Date.now(); }, { capture: true, passive: true });
  });
  setInterval(function () {
    if (Date.now() - touched >= patience) form.submit();
  }, 1000);
})();

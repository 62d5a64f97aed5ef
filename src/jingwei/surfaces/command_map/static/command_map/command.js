// The command map's page: says when what it shows was last asked for, and that the connection is lost where it is.
(function () {
  "use strict";
  const at = document.getElementById("at");
  if (!at) return;
  const said = at.querySelector("span");
  function answered(event) {
    if (!event.detail.elt || event.detail.elt.id !== "live") return;
    const good = event.detail.successful;
    at.classList.toggle("is-cut-off", !good);
    if (good) said.textContent = new Date().toLocaleTimeString(document.documentElement.lang === "en" ? "en-GB" : "zh-CN", { timeZone: at.dataset.zone, hour12: false });
  }
  document.body.addEventListener("htmx:afterRequest", answered);
  // What had the focus before the figures were put in place anew has it again.
  let focused = "";
  document.body.addEventListener("htmx:beforeSwap", function () { focused = document.activeElement ? document.activeElement.id : ""; });
  document.body.addEventListener("htmx:afterSettle", function () {
    const again = focused && document.getElementById(focused);
    if (again && document.activeElement !== again) again.focus();
  });
  const choice = document.getElementById("choice");
  if (choice) choice.addEventListener("change", function () { choice.requestSubmit ? choice.requestSubmit() : choice.submit(); });
})();

"use strict";
// The work list by keyboard: moving, opening, opening beside; the way back to the same place. Without it every row is a
// link and every filter a form.
(function () {
  const PLACE = "jingwei-list";
  const KEYS = "jingwei-keys-off";
  const wide = window.matchMedia("(min-width: 87.5rem)");
  const list = () => document.getElementById("list");
  const beside = document.getElementById("beside");
  const dialog = document.getElementById("keys");
  if (!list() || !beside || !dialog) return;

  const rows = () => Array.from(list().querySelectorAll("tr[data-number]"));
  const current = () => list().querySelector("tr.current");
  const link = (row) => row.querySelector("a.title");

  function stand(row, focus) {
    rows().forEach((one) => one.classList.toggle("current", one === row));
    if (row && focus) link(row).focus();
  }
  function kept() {
    try { return JSON.parse(sessionStorage.getItem(PLACE)) || {}; } catch (_) { return {}; }
  }
  function keep() {
    const row = current();
    const following = document.getElementById("following");
    sessionStorage.setItem(PLACE, JSON.stringify({
      address: location.pathname + location.search,
      numbers: rows().map((one) => one.dataset.number),
      following: following ? following.getAttribute("href") : "",
      at: row ? row.dataset.number : "",
      top: window.scrollY,
    }));
  }
  function move(by) {
    const all = rows();
    const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + by))];
    if (!next) return;
    stand(next, true);
    if (!beside.hidden) openBeside(next);
  }
  const picked = () => Array.from(list().querySelectorAll("input[name=numbers]:checked"));
  function pick(row) {
    if (!row) return;
    const box = row.querySelector("input[name=numbers]");
    box.checked = !box.checked;
    count();
  }
  function count() {
    const many = document.getElementById("many-count");
    if (many) many.textContent = picked().length ? many.dataset.some + " " + picked().length : many.dataset.none;
  }
  function openBeside(row) {
    beside.hidden = false;
    beside.parentElement.classList.add("open");
    htmx.ajax("GET", link(row).href, { target: beside, select: "#matter", swap: "innerHTML" });
  }
  function closeBeside() {
    beside.hidden = true;
    beside.innerHTML = "";
    beside.parentElement.classList.remove("open");
  }
  function besideOrOpen(row) {
    if (!wide.matches) link(row).click();
    else if (!beside.hidden) closeBeside();
    else openBeside(row);
  }

  const acts = {
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    o: () => current() && besideOrOpen(current()),
    x: () => pick(current()),
    a: () => { if (picked().length) document.getElementById("many-act").focus(); else if (current()) { keep(); location.href = link(current()).href + "#acts"; } },
    "/": () => document.getElementById("q").focus(),
    "?": () => dialog.showModal(),
  };
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || dialog.open) return;
    if (event.key === "Escape" && !beside.hidden) return closeBeside();
    if (event.target.closest("input:not([type=checkbox]), select, textarea, summary, #beside")) {
      if (event.key === "ArrowDown" && event.target.id === "q") { event.preventDefault(); stand(rows()[0], true); }
      return;
    }
    if (event.key.length === 1 && localStorage.getItem(KEYS)) return;
    const act = Object.prototype.hasOwnProperty.call(acts, event.key) && acts[event.key];
    if (act) { event.preventDefault(); event.stopImmediatePropagation(); act(); }
  });
  document.addEventListener("focusin", function (event) {
    const row = event.target.closest("#list tr[data-number]");
    if (row) stand(row, false);
  });
  document.addEventListener("click", function (event) {
    const row = event.target.closest("#list tr[data-number]");
    if (row) stand(row, false);
    if (event.target.closest("#list a.title")) keep();
  });
  document.addEventListener("click", (event) => event.target.closest("#keys-open") && dialog.showModal());
  list().parentElement.addEventListener("change", (event) => event.target.name === "numbers" && count());
  const on = document.getElementById("keys-on");
  on.checked = !localStorage.getItem(KEYS);
  on.addEventListener("change", function () {
    if (on.checked) localStorage.removeItem(KEYS); else localStorage.setItem(KEYS, "1");
  });

  document.body.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id === "list") { keep(); count(); return; }
    if (event.target.id !== "beside") return;
    const forms = beside.querySelector("#acts");
    if (!forms) return;
    ["hx-boost=true", "hx-target=#beside", "hx-select=#matter", "hx-swap=innerHTML", "hx-push-url=false"].forEach(
      (one) => forms.setAttribute(one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)));
    htmx.process(forms);
  });
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    // a refused act says so in its form, with what was filled in
    if (event.detail.target.id === "beside" && [403, 409, 422].includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.body.addEventListener("htmx:afterRequest", function (event) {
    // what was done beside is told in the list
    if (event.detail.target === beside && event.detail.requestConfig.verb === "post" && event.detail.successful) {
      htmx.trigger("#filters", "submit");
    }
  });

  const before = kept();
  if (before.address === location.pathname + location.search && before.at) {
    const row = rows().find((one) => one.dataset.number === before.at);
    if (row) { stand(row, true); window.scrollTo(0, before.top); }
  }
  keep();
  count();
  window.addEventListener("pagehide", keep);
})();

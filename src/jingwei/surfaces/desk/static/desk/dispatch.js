"use strict";
// Keys for the list of matters that wait for a unit. They count only while a row has the focus; without this file every
// button works by itself.
(function () {
  const list = document.getElementById("waiting");
  const beside = document.getElementById("beside");
  const split = document.getElementById("split");
  const keys = document.getElementById("keys");
  if (!list) return;
  let last = ""; // the row dispatched last, which u takes back
  let opened = null; // the row whose matter is shown beside

  function rows() { return Array.from(list.querySelectorAll("li.waiting-row")); }
  function go(row) {
    if (!row) return;
    for (const one of list.querySelectorAll("li[tabindex='0']")) one.tabIndex = -1;
    row.tabIndex = 0;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
  }
  function step(row, by) {
    const all = rows();
    go(all[all.indexOf(row) + by]);
  }
  function next(row) {
    const all = rows();
    const after = all.slice(all.indexOf(row) + 1).find((one) => "waits" in one.dataset);
    go(after || all.find((one) => "waits" in one.dataset));
    const more = document.getElementById("more");
    if (more && list.querySelectorAll("[data-waits]").length < 10) htmx.trigger(more, "more");
  }
  function give(row, button) {
    if (!button || !("waits" in row.dataset)) return;
    delete row.dataset.waits; // pressed twice, it is still one matter
    last = row.id;
    button.click();
    next(row);
  }
  function unfold(row, name) {
    const details = row.querySelector(name);
    if (!details) return;
    details.open = true;
    const input = details.querySelector("input[type=text]");
    input.focus();
    input.select();
  }
  function open(row) {
    const link = row.querySelector("a[href]");
    if (!window.matchMedia("(min-width: 64rem)").matches) { window.location.assign(link.href); return; }
    opened = row;
    split.classList.add("open");
    beside.hidden = false;
    htmx.ajax("GET", link.href, { target: beside, select: "#matter", swap: "innerHTML" }).then(function () { beside.focus(); });
  }
  function shut() {
    split.classList.remove("open");
    beside.hidden = true;
    beside.replaceChildren();
    go(opened && opened.isConnected ? opened : rows()[0]);
  }
  const does = {
    Enter: (row) => give(row, row.querySelector("[data-first]")),
    2: (row) => give(row, row.querySelector("[data-second]")),
    c: (row) => unfold(row, ".other"),
    j: (row) => step(row, 1),
    ArrowDown: (row) => step(row, 1),
    k: (row) => step(row, -1),
    ArrowUp: (row) => step(row, -1),
    o: open,
    u: (row) => unfold("done" in row.dataset ? row : document.getElementById(last) || row, ".undo"),
    a: () => document.getElementById("certain").click(),
    "?": () => { keys.open = !keys.open; },
  };
  list.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const row = event.target.closest("li.waiting-row");
    if (row && event.key === "Escape" && event.target !== row) { event.preventDefault(); go(row); return; }
    const act = row && event.target === row && does[event.key];
    if (!act) return;
    event.preventDefault();
    act(row);
  });
  list.addEventListener("submit", function (event) { // by the mouse, or in the input of another unit
    const row = event.target.closest("li.waiting-row");
    if (!row || !("waits" in row.dataset)) return;
    delete row.dataset.waits;
    last = row.id;
    if (row.contains(document.activeElement) && document.activeElement.type === "text") next(row);
  });
  beside.addEventListener("keydown", function (event) { if (event.key === "Escape") shut(); });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (document.activeElement !== document.body) return;
    const settled = event.detail.elt;
    go(list.contains(settled) && settled.matches("li.waiting-row") ? settled : list.querySelector("[data-waits]") || rows()[0]);
  });
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  function failed(event) { // nothing was done: the row waits as before
    const row = event.target.closest && event.target.closest("li.waiting-row");
    if (row) { row.dataset.waits = ""; row.classList.add("wrong"); }
  }
  go(list.querySelector("[data-waits]"));
})();

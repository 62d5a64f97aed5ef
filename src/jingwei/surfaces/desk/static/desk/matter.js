"use strict";
// The matter page by keyboard: a digit opens an act, u goes back to the list, j and k to the next and the one before in
// it; a reply template is put into its field. Without it every act is a form to open, and the browser goes back.
(function () {
  const PLACE = "jingwei-list";
  const KEYS = "jingwei-keys-off";
  const matter = () => document.getElementById("matter");
  const nav = document.querySelector("main > #matter .m-nav");

  function kept() {
    try { return JSON.parse(sessionStorage.getItem(PLACE)) || {}; } catch (_) { return {}; }
  }
  function lead(name, address) {
    const link = nav.querySelector("[data-to=" + name + "]");
    if (address) link.href = address; else link.remove();
  }
  function walk() {
    // the neighbours in the list as it was left; what lies beyond its page is reached by the list
    const list = kept();
    const here = (list.numbers || []).indexOf(matter().dataset.number);
    if (!list.address) return;
    const to = (number) => number && "/matters/" + number + "/";
    lead("list", list.address);
    lead("before", here > 0 && to(list.numbers[here - 1]));
    lead("after", here >= 0 && to(list.numbers[here + 1]));
    if (here >= 0) sessionStorage.setItem(PLACE, JSON.stringify(Object.assign(list, { at: list.numbers[here] })));
  }
  function go(name) {
    const link = nav && nav.querySelector("[data-to=" + name + "][href]");
    if (link) location.href = link.href;
    return Boolean(link);
  }
  function openAct(digit) {
    const summary = matter() && matter().querySelector("summary[data-digit='" + digit + "']");
    if (!summary) return false;
    const all = document.getElementById("acts");
    all.querySelector(".narrow-fold").checked = true;
    for (const other of all.querySelectorAll(".act[open]")) if (other !== summary.parentElement) other.open = false;
    summary.parentElement.open = true;
    const first = summary.parentElement.querySelector("form input:not([type=hidden]), form select, form textarea, form button");
    (first || summary).focus();
    return true;
  }
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      const open = event.target.closest(".act[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); event.stopImmediatePropagation(); }
      return;
    }
    if (event.target.closest("input, select, textarea, dialog") || localStorage.getItem(KEYS)) return;
    const done = /^[1-9]$/.test(event.key) ? openAct(event.key)
      : event.key === "u" ? go("list")
      : event.key === "j" ? go("after")
      : event.key === "k" && go("before");
    if (done) event.preventDefault();
  });
  document.addEventListener("change", function (event) {
    if (!event.target.matches("select[data-into]")) return;
    const field = document.getElementById(event.target.dataset.into);
    const chosen = event.target.selectedOptions[0];
    if (!field || !chosen || !chosen.dataset.text) return;
    field.value = field.value ? field.value + "\n" + chosen.dataset.text : chosen.dataset.text;
    event.target.selectedIndex = 0;
    field.focus();
  });
  if (!nav) return;
  walk();
  const first = document.querySelector("#acts summary");
  if (location.hash === "#acts" && first) first.focus();
})();

"use strict";
// The frame works without this file. It lets a key lead to the field that names it (`data-key`), and closes an open menu
// by Escape or by a click beside it; a link that names a dialog (`data-dialog`) opens it, and a button that names one
// (`data-sure`) asks in it before what cannot be undone is sent. What htmx fetches is awaited visibly, and what was done
// by it is said in the corner and aloud.
(function () {
  const MENUS = "details.menu[open], details.person[open]";
  function isTyping(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll(MENUS)) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    for (const field of document.querySelectorAll("[data-key]")) {
      if (field.dataset.key === event.key) {
        event.preventDefault();
        field.focus();
        field.select();
        return;
      }
    }
  });
  document.addEventListener("click", function (event) {
    const opener = event.target.closest("a[data-dialog]"); // its address is the page that says the same
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog && dialog.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    const closer = event.target.closest("button[data-close]");
    if (closer) closer.closest("dialog").close();
    for (const menu of document.querySelectorAll(MENUS)) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("submit", function (event) {
    const button = event.submitter, dialog = button && button.dataset.sure && document.getElementById(button.dataset.sure);
    if (!dialog || !dialog.showModal) return;
    event.preventDefault();
    dialog.showModal();
  });

  function awaited(event) {
    const pane = event.detail.target, waits = event.type === "htmx:beforeRequest";
    if (!pane || !pane.classList || !pane.classList.contains("loads")) return;
    pane.classList.toggle("waits", waits);
    pane.setAttribute("aria-busy", String(waits));
  }
  document.addEventListener("htmx:beforeRequest", awaited);
  document.addEventListener("htmx:afterRequest", awaited);
  document.addEventListener("htmx:afterSettle", function (event) {
    const corner = document.getElementById("toasts");
    for (const done of event.target.querySelectorAll("[data-toast]")) {
      done.removeAttribute("role"); // the corner says it
      corner.append(done);
      setTimeout(function () { done.remove(); }, 8000);
    }
  });
})();

"use strict";
// The frame works without this file. It lets a key lead to the field that names it (`data-key`), and closes an open menu
// by Escape or by a click beside it; a link that names a dialog (`data-dialog`) opens it.
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
    for (const menu of document.querySelectorAll(MENUS)) if (!menu.contains(event.target)) menu.open = false;
  });
})();

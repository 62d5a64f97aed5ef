"use strict";
// The frame works without this file. It lets a key lead to the field that names it (`data-key`), and closes an open menu
// by Escape or by a click beside it.
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
    for (const menu of document.querySelectorAll(MENUS)) if (!menu.contains(event.target)) menu.open = false;
  });
})();

"use strict";
// The choice of a category works without this file. It searches the kinds as one types.
(function () {
  function searched() {
    const select = document.getElementById("category");
    const search = document.getElementById("category-search");
    if (!select || !search || search.dataset.began) return;
    search.dataset.began = "1";
    const all = select.cloneNode(true);
    search.addEventListener("input", function () {
      const words = search.value.trim().toLowerCase();
      const chosen = select.value;
      const shown = all.cloneNode(true);
      for (const option of shown.querySelectorAll("optgroup option")) {
        const group = option.parentElement.label.toLowerCase();
        if (words && !option.text.toLowerCase().includes(words) && !group.includes(words)) option.remove();
      }
      for (const group of shown.querySelectorAll("optgroup")) if (!group.children.length) group.remove();
      select.replaceChildren(...shown.children);
      select.value = chosen;
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    });
  }
  searched();
  document.addEventListener("htmx:afterSettle", searched); // the intake page draws its proposals anew
})();

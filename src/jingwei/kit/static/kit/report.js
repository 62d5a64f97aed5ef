"use strict";
// The report form works without this file. It adds a search over the kinds and fills in the position once, when asked.
(function () {
  function searched() {
    const select = document.getElementById("category");
    const search = document.getElementById("category-search");
    if (!select || !search || !search.closest("[hidden]")) return;
    const all = select.cloneNode(true);
    search.closest("[hidden]").hidden = false;
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
  const button = document.getElementById("my-position");
  if (button && navigator.geolocation) {
    const said = document.getElementById("position-said");
    button.hidden = false;
    button.addEventListener("click", function () {
      said.textContent = button.dataset.asking;
      navigator.geolocation.getCurrentPosition(
        function (found) {
          document.getElementById("lon").value = found.coords.longitude.toFixed(7);
          document.getElementById("lat").value = found.coords.latitude.toFixed(7);
          said.textContent = button.dataset.found;
        },
        function () { said.textContent = button.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000 }
      );
    });
  }
})();

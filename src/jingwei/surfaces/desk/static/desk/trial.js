"use strict";
// The trial of a draft works without this file. What was opened stays open while its parts come in and are added up;
// a part that does not come says so, and the sum waits to go on from.
(function () {
  let open = [];
  document.addEventListener("htmx:beforeSwap", function () {
    open = Array.from(document.querySelectorAll("#trial details[open]"), function (one) { return one.id; });
  });
  document.addEventListener("htmx:afterSwap", function () {
    for (const id of open) {
      const again = document.getElementById(id);
      if (again) again.open = true;
    }
  });
  function broke() {
    const told = document.getElementById("broke");
    if (told) told.hidden = false;
  }
  document.addEventListener("htmx:responseError", broke);
  document.addEventListener("htmx:sendError", broke);
})();

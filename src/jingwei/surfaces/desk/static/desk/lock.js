"use strict";
// At a counter: after some minutes without a touch the session locks itself, so that nobody goes on as somebody else.
// What was typed goes along, is kept sealed by the site for whoever typed it, and is put back when that person returns.
(function () {
  const form = document.querySelector("form[data-lock]");
  if (!form) return;
  const patience = Number(form.dataset.lock) * 1000;
  let touched = Date.now();

  function fields(page) {
    return Array.from(page.querySelectorAll("main form")).reduce(function (found, one, place) {
      if (one.method !== "post") return found;
      return found.concat(Array.from(one.elements).filter(function (field) {
        return field.name && !/^(hidden|password|file|submit|button|fieldset|output)$/.test(field.type);
      }).map(function (field) { return { place: place, field: field }; }));
    }, []);
  }

  function ticked(field) { return field.type === "checkbox" || field.type === "radio"; }

  function changed(field) {
    if (ticked(field)) return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      return Array.from(field.options).some(function (one) { return one.selected !== one.defaultSelected; }) && field.value !== "";
    }
    return field.value !== field.defaultValue;
  }

  function gather() {
    const typed = fields(document).filter(function (one) { return changed(one.field); }).map(function (one) {
      const field = one.field;
      return [one.place, field.name, ticked(field) ? field.value : "", ticked(field) ? field.checked : field.value];
    });
    form.elements.typed.value = typed.length ? JSON.stringify(typed) : "";
  }

  function putBack(typed) {
    const known = fields(document);
    typed.forEach(function (kept) {
      const found = known.filter(function (one) {
        return one.place === kept[0] && one.field.name === kept[1] && (!ticked(one.field) || one.field.value === kept[2]);
      })[0];
      if (!found) return;
      if (ticked(found.field)) found.field.checked = kept[3]; else found.field.value = kept[3];
      const folded = found.field.closest("details");
      if (folded) folded.open = true;
      found.field.dispatchEvent(new Event("input", { bubbles: true }));
      found.field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const said = document.createElement("p");
    said.className = "notice";
    said.setAttribute("role", "status");
    said.textContent = form.dataset.said;
    const main = document.querySelector("main");
    main.insertBefore(said, main.firstChild);
  }

  if (form.dataset.held) {
    fetch(form.dataset.held, { method: "POST", body: new FormData(form) }).then(function (answer) {
      return answer.ok ? answer.json() : { typed: "" };
    }).then(function (answer) { if (answer.typed) putBack(JSON.parse(answer.typed)); });
  }
  form.addEventListener("submit", gather);
  ["keydown", "pointerdown", "input"].forEach(function (kind) {
    document.addEventListener(kind, function () { touched = Date.now(); }, { capture: true, passive: true });
  });
  setInterval(function () {
    if (Date.now() - touched < patience) return;
    gather();
    form.submit();
  }, 1000);
})();

"use strict";
// The steps of a report work without this file. It marks what is chosen, adds a search over the kinds, small pictures of the photographs
// chosen, the number to call at once, the device's position, asked for once, and printing.
(function () {
  const form = document.getElementById("report");

  function marked() {
    for (const pick of document.querySelectorAll(".pick")) pick.classList.toggle("chosen", pick.querySelector("input").checked);
  }

  function searched() {
    const search = document.getElementById("class-search");
    if (!search) return;
    const groups = Array.from(document.querySelectorAll("#classes .group"));
    const chosen = document.querySelector("#classes .group input:checked");
    if (chosen) chosen.closest(".group").open = true;
    search.addEventListener("input", function () {
      const words = search.value.trim().toLowerCase();
      let any = false;
      for (const group of groups) {
        const whole = group.querySelector("summary").textContent.toLowerCase().includes(words);
        let shown = 0;
        for (const pick of group.querySelectorAll(".pick")) {
          pick.hidden = words !== "" && !whole && !pick.textContent.toLowerCase().includes(words);
          if (!pick.hidden) shown += 1;
        }
        group.hidden = shown === 0;
        group.open = words !== "" && shown > 0;
        any = any || shown > 0;
      }
      document.getElementById("class-none").hidden = any;
    });
    search.addEventListener("keydown", function (event) { if (event.key === "Enter") event.preventDefault(); });
  }

  function asked() { // some cities ask about danger only what is reported of certain classes
    const chosen = form.querySelector("[name=category]:checked");
    for (const question of form.querySelectorAll(".danger[data-classes]")) {
      question.hidden = !chosen || !question.dataset.classes.split(" ").includes(chosen.value);
      if (question.hidden) for (const one of question.querySelectorAll("input")) one.checked = false;
    }
  }

  function stopped() {
    asked();
    if (!form.querySelector(".danger")) return;
    const danger = form.querySelector("[name=danger][value=yes]:checked");
    for (const stop of form.querySelectorAll(".stop")) stop.hidden = !stop.parentElement.contains(danger);
    for (const rest of form.querySelectorAll(".rest, .onward")) rest.hidden = Boolean(danger);
  }

  function pictured(input) {
    let list = input.parentElement.querySelector(".photos");
    if (!list) {
      list = document.createElement("ul");
      list.className = "photos";
      input.after(list);
    }
    list.replaceChildren();
    for (const file of Array.from(input.files).slice(0, 9)) {
      createImageBitmap(file).then(function (picture) {
        const side = Math.min(picture.width, picture.height);
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 176;
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", file.name);
        canvas.getContext("2d").drawImage(
          picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, 176, 176
        );
        const item = document.createElement("li");
        item.append(canvas);
        list.append(item);
      }).catch(function () { /* what is no picture has none; the server says what it does not take */ });
    }
  }

  function located() { // by the device, on the map or by hand: the page looks up the cell
    for (const name of ["lon", "lat"]) {
      const typed = document.getElementById(name);
      if (typed && document.getElementById("address")) {
        typed.addEventListener("change", function () { htmx.trigger("#address", "located"); });
      }
    }
  }

  function positioned() {
    const button = document.getElementById("my-position");
    if (!button || !navigator.geolocation) return;
    const said = document.getElementById("position-said");
    button.addEventListener("click", function () {
      said.textContent = button.dataset.asking;
      navigator.geolocation.getCurrentPosition(
        function (found) {
          document.getElementById("lon").value = found.coords.longitude.toFixed(7);
          document.getElementById("lat").value = found.coords.latitude.toFixed(7);
          said.textContent = button.dataset.found;
          if (form) document.getElementById("lon").dispatchEvent(new Event("change", { bubbles: true }));
          else button.form.submit();
        },
        function () { said.textContent = button.dataset.failed; },
        { enableHighAccuracy: true, timeout: 15000 }
      );
    });
  }

  marked();
  document.addEventListener("change", marked);
  window.addEventListener("pageshow", marked);
  positioned();
  const print = document.getElementById("print");
  if (print) print.addEventListener("click", function () { window.print(); });
  if (!form) return;
  searched();
  located();
  stopped();
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", function () { pictured(input); });
    if (input.files.length) pictured(input);
  }
  form.addEventListener("change", stopped);
  window.addEventListener("pageshow", stopped);
  document.addEventListener("htmx:afterSettle", marked);
})();

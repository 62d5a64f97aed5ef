"use strict";
// Keeps a report on this device until it is sent, whatever step it is at: through a lost connection, a closed page, an
// empty battery. It is deleted when the report is received, when somebody says so, and after as many days as the page
// names. Photographs lie beside what is typed, under a key of their own: they are written when they are chosen, not with
// every letter.
(function () {
  const form = document.getElementById("report");
  const received = document.getElementById("received");
  if ((!form && !received) || !window.indexedDB) return;
  const path = window.location.pathname;
  const photos = path + "#files";
  const DAY = 24 * 3600 * 1000;
  const ONWARD = { where: "where", alike: "contact", contact: "contact", review: "review" };  // where each step is asked for

  function store(mode, work) {
    return new Promise(function (resolve, reject) {
      const opening = indexedDB.open("jingwei", 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore("drafts", { keyPath: "path" }); };
      opening.onerror = function () { reject(opening.error); };
      opening.onsuccess = function () {
        const transaction = opening.result.transaction("drafts", mode);
        const asked = work(transaction.objectStore("drafts"));
        transaction.oncomplete = function () { opening.result.close(); resolve(asked && asked.result); };
        transaction.onerror = function () { opening.result.close(); reject(transaction.error); };
      };
    });
  }
  function read(key) { return store("readonly", function (drafts) { return drafts.get(key); }); }
  function drop() {
    return store("readwrite", function (drafts) {
      drafts.delete(photos);
      drafts.delete(path);
    });
  }

  if (received) {
    drop().catch(function () { /* nothing was kept here */ });
    return;
  }

  const note = document.getElementById("kept");
  const offer = document.getElementById("draft");
  const offline = document.getElementById("offline");
  const inputs = Array.from(form.querySelectorAll("input[type=file]"));
  let before = {};  // the photographs that came with an earlier step, by the name of their input
  let kept = null;
  let ended = false;
  let pressed = false;
  let filling = false;

  function write(record) {
    if (ended) return Promise.resolve();
    return store("readwrite", function (drafts) { return drafts.put(record); }).catch(function () {
      ended = true;  // full, or closed to this page: the form works all the same
    });
  }

  function save(wanted) {
    const values = {};
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken" || name === "go" || name === "same") continue;
      if (!(value instanceof File)) values[name] = value;
    }
    kept = { path: path, values: values, step: form.dataset.step, saved: Date.now(), wanted: wanted };
    return write(kept).then(function () { note.hidden = ended; });
  }

  function savePhotos() {
    const files = Object.assign({}, before);
    for (const input of inputs) {
      files[input.name] = (form.elements._files && before[input.name] || []).concat(Array.from(input.files));
    }
    return write({ path: photos, files: files });
  }

  function fill(draft) {
    filling = true;
    for (const input of Array.from(form.elements)) {
      const value = draft.values[input.name];
      if (input.type === "file") {
        const brought = new DataTransfer();
        for (const file of before[input.name] || []) brought.items.add(file);
        input.files = brought.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (input.name === "csrfmiddlewaretoken" || input.type === "submit") continue;
      else if (input.type === "radio" || input.type === "checkbox") input.checked = input.value === value;
      else if (value !== undefined) input.value = value;
    }
    for (const open of form.querySelectorAll("details")) {
      const told = Array.from(open.querySelectorAll("input")).some(function (one) { return one.type === "radio" ? one.checked : one.value; });
      if (told) open.open = true;
    }
    form.dispatchEvent(new Event("change", { bubbles: true }));
    filling = false;
  }

  let watching = 0;
  function wait(how) {
    window.clearInterval(watching);
    watching = window.setInterval(back, 3000);  // not every browser says that the net is back
    offline.hidden = false;
    for (const line of offline.querySelectorAll("span")) line.hidden = !line.classList.contains(how);
    offline.scrollIntoView({ block: "center" });
  }

  // Written first; sent only where the site answers, so that nobody is left before the browser's own page of an error.
  function press(name, value) {
    if (pressed) return;
    pressed = true;
    const wanted = name === "go" ? value : "";
    const written = kept ? save(wanted) : Promise.resolve();
    written.then(function () {
      return window.jingweiReached();
    }).then(function () {
      const go = document.createElement("input");
      go.type = "hidden";
      go.className = "pressed";
      go.name = name;
      go.value = value;
      form.append(go);
      form.submit();
    }).catch(function () {
      pressed = false;
      wait(wanted === "send" ? "later" : "now");
    });
  }

  function back() {
    if (offline.hidden) return;
    window.jingweiReached().then(function () {
      window.clearInterval(watching);
      offline.hidden = true;
      if (kept && kept.wanted === "send") press("go", "send");
    }).catch(function () { /* not yet: asked again */ });
  }

  function take(draft) {  // to the step that it was at, or to the page of all steps where the site is not reached
    kept = draft;
    fill(draft);
    offer.hidden = true;
    note.hidden = false;
    const onward = draft.wanted === "send" ? "send" : ONWARD[draft.step];
    if (form.dataset.step === "what" && onward) press("go", onward);
    else if (draft.wanted === "send") press("go", "send");
  }

  let waiting = 0;
  form.addEventListener("input", function () {  // letters together, whatever is chosen at once
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { save(""); }, 400);
    if (!kept) kept = { path: path, wanted: "" };  // pressed at once, it is written all the same
  });
  form.addEventListener("change", function (event) {
    if (filling || !kept || pressed) return;  // what this file fills in is kept already
    if (inputs.includes(event.target)) savePhotos();
    window.clearTimeout(waiting);
    save("");
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden" && waiting && !pressed) save(kept ? kept.wanted : "");
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    window.clearTimeout(waiting);
    press(event.submitter ? event.submitter.name : "go", event.submitter ? event.submitter.value : "");
  });
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    pressed = false;
    for (const one of form.querySelectorAll(".pressed")) one.remove();
  });
  window.addEventListener("online", back);
  for (const button of document.querySelectorAll(".forget-draft")) {
    button.addEventListener("click", function () {
      ended = true;
      drop().then(function () { window.location.assign(path); });
    });
  }

  Promise.all([read(path), read(photos)]).then(function (found) {
    const draft = found[0];
    if (!draft) return;
    if (Date.now() - draft.saved > Number(note.dataset.days) * DAY) return drop();
    before = found[1] ? found[1].files : {};
    if (!offer || form.elements.text && form.elements.text.value) {  // a later step of the same report, or back to the first
      kept = draft;
      note.hidden = false;
      save("");
    } else {
      offer.querySelector(".when").textContent = new Date(draft.saved).toLocaleString(
        document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
      offer.hidden = false;
      offer.querySelector(".take-draft").addEventListener("click", function () { take(draft); });
    }
  }).catch(function () { /* this browser keeps nothing: the form works all the same */ });
})();

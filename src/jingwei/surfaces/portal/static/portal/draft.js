"use strict";
// Keeps what is typed into a report on this device until it is sent: through a lost connection, a closed page, an empty
// battery. It is deleted when the report is received, when somebody says so, and after as many days as the page names.
(function () {
  const form = document.getElementById("report");
  const received = document.getElementById("received");
  if ((!form && !received) || !window.indexedDB) return;
  const path = window.location.pathname;
  const DAY = 24 * 3600 * 1000;

  function store(mode, work) {
    return new Promise(function (resolve, reject) {
      const opening = indexedDB.open("jingwei", 1);
      opening.onupgradeneeded = function () { opening.result.createObjectStore("drafts", { keyPath: "path" }); };
      opening.onerror = function () { reject(opening.error); };
      opening.onsuccess = function () {
        const transaction = opening.result.transaction("drafts", mode);
        const asked = work(transaction.objectStore("drafts"));
        transaction.oncomplete = function () { opening.result.close(); resolve(asked.result); };
        transaction.onerror = function () { opening.result.close(); reject(transaction.error); };
      };
    });
  }
  function read() { return store("readonly", function (drafts) { return drafts.get(path); }); }
  function drop() { return store("readwrite", function (drafts) { return drafts.delete(path); }); }

  if (received) {
    drop().catch(function () { /* nothing was kept here */ });
    return;
  }

  const note = document.getElementById("kept");
  const offer = document.getElementById("draft");
  const offline = document.getElementById("offline");
  let kept = null;
  let ended = false;

  function save(wanted) {
    if (ended) return Promise.resolve();
    const values = {};
    const files = {};
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken" || name === "go" || name === "same") continue;
      if (!(value instanceof File)) values[name] = value;
      else if (value.size) (files[name] = files[name] || []).push(value);
    }
    kept = { path: path, values: values, files: Object.assign({}, kept && kept.files, files), saved: Date.now(), wanted: wanted };
    note.hidden = false;
    return store("readwrite", function (drafts) { return drafts.put(kept); });
  }

  function fill(draft) {
    for (const input of Array.from(form.elements)) {
      const value = draft.values[input.name];
      if (input.type === "file") {
        const brought = new DataTransfer();
        for (const file of draft.files[input.name] || []) brought.items.add(file);
        input.files = brought.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      } else if (value === undefined || input.name === "csrfmiddlewaretoken" || input.type === "submit") continue;
      else if (input.type === "radio") input.checked = input.value === value;
      else input.value = value;
    }
    for (const open of form.querySelectorAll("details")) if (open.querySelector("input:checked")) open.open = true;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  let watching = 0;
  function wait(how) {
    window.clearInterval(watching);
    watching = window.setInterval(back, 3000);  // not every browser says that the net is back
    offline.hidden = false;
    offline.querySelector("." + how).hidden = false;
    offline.scrollIntoView({ block: "center" });
  }

  function press(value) {
    window.jingweiFresh().then(function () {
      const go = document.createElement("input");
      go.type = "hidden";
      go.name = "go";
      go.value = value;
      form.append(go);
      form.submit();
    }).catch(function () {
      if (kept && value === "send") kept.wanted = value;
      wait(value === "send" ? "later" : "now");
    });
  }

  function back() {
    if (!navigator.onLine) return;
    window.clearInterval(watching);
    offline.hidden = true;
    for (const how of offline.querySelectorAll("span")) how.hidden = true;
    if (!kept || kept.wanted !== "send") return;
    kept.wanted = "";
    press("send");
  }

  function forget() {
    ended = true;
    drop().then(function () { window.location.assign(path); });
  }

  let waiting = 0;
  form.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { save("").catch(function () { ended = true; note.hidden = true; }); }, 400);
  });
  form.addEventListener("submit", function (event) {
    const wanted = event.submitter ? event.submitter.value : "";
    if (!navigator.onLine) {
      event.preventDefault();
      wait(wanted === "send" ? "later" : "now");
    } else if (!form.elements.csrfmiddlewaretoken.value) {  // the page was kept on this device
      event.preventDefault();
      press(wanted);
    }
    if (kept || !navigator.onLine) save(navigator.onLine ? "" : wanted).catch(function () { ended = true; });
  });
  window.addEventListener("online", back);
  for (const button of document.querySelectorAll(".forget-draft")) button.addEventListener("click", forget);

  read().then(function (draft) {
    if (!draft) return;
    if (Date.now() - draft.saved > Number(note.dataset.days) * DAY) return drop();
    if (!offer) {  // a later step of the same report
      kept = draft;
      note.hidden = false;
      return save("");
    }
    if (form.elements.text && form.elements.text.value) { kept = draft; note.hidden = false; return; }  // came back to it
    offer.querySelector(".when").textContent = new Date(draft.saved).toLocaleString(document.documentElement.lang);
    offer.hidden = false;
    offer.querySelector(".take-draft").addEventListener("click", function () {
      kept = draft;
      fill(draft);
      offer.hidden = true;
      note.hidden = false;
      if (draft.wanted !== "send") return;
      if (navigator.onLine) press("send");
      else wait("later");
    });
  }).catch(function () { /* this browser keeps nothing: the form works all the same */ });
})();

"use strict";
// The intake page works without this file. It puts the cursor into the text, sends by Ctrl+Enter, takes a pasted chat
// apart, and keeps what was typed while the page is reloaded: in this tab only, for this clerk only.
(function () {
  const form = document.getElementById("intake");
  if (!form) return;
  const text = form.querySelector("textarea");
  const said = document.getElementById("paste-said");
  const KEY = "jingwei-intake-" + form.dataset.type;
  const KEPT = 6 * 3600 * 1000; // milliseconds that a draft is worth keeping
  const PHONE = /(?:^|[^0-9])(1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8})(?![0-9])/;
  const TIME = "(?:\\d{2,4}[-/.年]\\d{1,2}[-/.月]\\d{1,2}日?\\s*|\\d{1,2}[-/月]\\d{1,2}日?\\s*|星期.\\s*|昨天\\s*|周.\\s*)?\\d{1,2}:\\d{2}(?::\\d{2})?";
  const HEADS = [new RegExp("^.{1,30}?[\\s,，]+" + TIME + "$"), new RegExp("^" + TIME + "$"), new RegExp("^" + TIME + "\\s+.{1,30}$"), /^[^，。,.!?！？]{1,20}[:：]$/];
  const PICTURE = /^\[?(?:图片|视频|语音|动画表情|Photo|Image|Picture)\]?$/i;

  function isHead(line) { return HEADS.some((one) => one.test(line)); }
  function words(pasted) {
    const lines = pasted.replace(/\r/g, "").split("\n").map((line) => line.trim());
    if (!lines.some(isHead)) return null; // no chat: it is pasted as it is
    return lines.filter((line) => line && !isHead(line) && !PICTURE.test(line)).join("\n");
  }
  function field(name) { return form.elements.namedItem(name); }
  function changed(input) { input.dispatchEvent(new Event("input", { bubbles: true })); input.dispatchEvent(new Event("change", { bubbles: true })); }
  function attach(files) {
    const input = form.querySelector("input[type=file]");
    if (!input || !files.length) return 0;
    const all = new DataTransfer();
    for (const one of input.files) all.items.add(one);
    for (const one of files) all.items.add(one);
    input.files = all.files;
    document.getElementById("more-inputs").open = true;
    return files.length;
  }
  let pasted = false;
  form.addEventListener("paste", function (event) {
    const pictures = Array.from(event.clipboardData.files).filter((one) => one.type.startsWith("image/"));
    if (attach(pictures)) said.textContent = said.textContent.replace(/ ?✓.*$/, "") + " ✓ " + form.querySelector("input[type=file]").files.length;
    const chat = event.target === text ? words(event.clipboardData.getData("text/plain")) : null;
    if (chat === null) { if (pictures.length && !event.clipboardData.getData("text/plain")) event.preventDefault(); pasted = event.target === text; return; }
    event.preventDefault();
    const phone = PHONE.exec(chat);
    if (phone && field("phone") && !field("phone").value) field("phone").value = phone[1];
    if (field("channel") && field("channel").value === "phone") field("channel").value = "message";
    text.setRangeText(chat, text.selectionStart, text.selectionEnd, "end");
    pasted = true;
    changed(text);
  });
  function useMentioned() {
    const address = field("address");
    const found = document.getElementById("mentioned");
    if (!address || !found) return;
    address.value = found.textContent;
    changed(address);
  }
  function settled() {
    const button = document.getElementById("use-mentioned");
    if (!button) return;
    button.hidden = false;
    button.onclick = useMentioned;
    if (pasted && field("address") && !field("address").value) { pasted = false; useMentioned(); }
  }
  document.addEventListener("htmx:afterSettle", settled);
  settled();

  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const closing = event.target.closest("details.card");
    const button = closing ? closing.querySelector("button[value^='close:']") : form.querySelector("button[value=send]");
    event.preventDefault();
    button.click();
  });

  function kept() { return Array.from(form.elements).filter((one) => one.name && !/^_|^csrf|^proposed_/.test(one.name) && /^(text|tel|textarea|search|select-one)$/.test(one.type)); }
  function keep() {
    const values = {};
    for (const one of kept()) if (one.value) values[one.name] = one.value;
    sessionStorage.setItem(KEY, JSON.stringify({ who: form.dataset.who, at: Date.now(), values }));
  }
  function restore() {
    const draft = JSON.parse(sessionStorage.getItem(KEY) || "null");
    if (!draft) return;
    if (draft.who !== form.dataset.who || Date.now() - draft.at > KEPT) { sessionStorage.removeItem(KEY); return; }
    for (const one of kept()) if (draft.values[one.name] && !("refused" in form.dataset)) one.value = draft.values[one.name];
    if (text && text.value) changed(text);
  }
  if ("taken" in form.dataset) sessionStorage.removeItem(KEY);
  else window.addEventListener("load", restore); // htmx has begun by then, and proposes for what comes back
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  const wrong = form.querySelector(".wrong input, .wrong select, .wrong textarea");
  const first = wrong || text || form.querySelector("input:not([type=hidden])");
  if (first) first.focus();
})();

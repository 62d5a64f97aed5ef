"use strict";
// One short tone when the count in the header brings a line that was not there before; only for those who asked for it.
(function () {
  const KEY = "jingwei-newest";
  function tone() {
    const audio = new AudioContext();
    const voice = audio.createOscillator();
    const volume = audio.createGain();
    voice.frequency.value = 660;
    volume.gain.setValueAtTime(0.15, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
    voice.connect(volume).connect(audio.destination);
    voice.start();
    voice.stop(audio.currentTime + 0.4);
    voice.onended = () => audio.close();
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "unread") return;
    const count = event.target.querySelector(".count");
    if (!count) return;
    const before = sessionStorage.getItem(KEY);
    sessionStorage.setItem(KEY, count.dataset.newest);
    if (count.dataset.sound && before !== null && before !== count.dataset.newest) tone();
  });
})();

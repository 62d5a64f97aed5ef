// Numbered marks over a map (kit/map.html): they stay where they belong and as large as they are, however the map is moved
// and whoever draws it. A mark leads to its row, opened where it is folded; the row's number leads back and brings the
// place into the middle. Without this file they lie on the drawing and are links all the same.
const RADIUS = 12; // pixels: a finger finds it

export function placed(panel) {
  const layer = panel.view.querySelector(".map-flags"), size = Number(layer.dataset.size);
  const flags = [...layer.querySelectorAll("a")].map((link) => ({ link, x: Number(link.dataset.x), y: Number(link.dataset.y) }));
  function place() {
    const width = panel.view.clientWidth, height = panel.view.clientHeight;
    layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
    for (const { link, x, y } of flags) {
      const [left, top] = panel.map.pixel(x, y, panel.view);
      link.setAttribute("transform", `translate(${left} ${top}) scale(${RADIUS / size})`);
      link.setAttribute("visibility", left < 0 || top < 0 || left > width || top > height ? "hidden" : "visible");
    }
  }
  for (const { link, x, y } of flags) {
    const row = document.getElementById(link.getAttribute("href").slice(1));
    if (!row) continue;
    const folded = row.closest("details");
    link.addEventListener("click", () => { if (folded) folded.open = true; });
    row.querySelector(".flag-number").addEventListener("click", () => {
      panel.map.go(x, y);
      place();
      layer.append(link); // over its neighbours
      link.focus({ preventScroll: true });
    });
  }
  panel.map.looked = place;
  window.addEventListener("resize", place);
  place();
}

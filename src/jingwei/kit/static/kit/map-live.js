// A map whose areas change: asks what is said of them every few seconds, shades them anew, and stands a number on each
// part of the view that has any, which opens the list of what it counts. map.js imports it for panels with data-marks.
const ACROSS = 9; // squares of the view, in each of which what lies near together is one number
const MOST = 200; // areas that one list takes; a number of more is looked into first

export function follow(panel) {
  const { root, view } = panel, of = Number(root.dataset.of);
  const layer = document.createElement("div");
  layer.className = "map-numbers";
  view.append(layer);
  let told = {}, drawing = 0;

  const words = (counts) => `${root.dataset.open} ${counts[1]} · ${root.dataset.overdue} ${counts[2]}`;
  const list = (areas) => root.dataset.list + areas.map((area) => "&part=" + encodeURIComponent(area.code)).join("");

  function apply() {
    for (const area of panel.areas) {
      const counts = told[area.code];
      area.shade = counts ? counts[0] : "0";
      area.words = counts ? words(counts) : root.dataset.nothing;
      area.href = root.dataset.inside ? root.dataset.inside + encodeURIComponent(area.code) : counts ? list([area]) : "";
    }
    panel.map.paint(panel.areas);
    number();
  }

  function number() {
    if (!drawing) drawing = requestAnimationFrame(() => { drawing = 0; draw(); });
  }
  function draw() {
    const width = view.clientWidth, height = view.clientHeight, square = width / ACROSS, found = new Map();
    for (const area of panel.areas) {
      const counts = told[area.code];
      if (!counts || !counts[of] || !area.rings.length) continue;
      const [x, y] = panel.map.pixel((area.box[0] + area.box[2]) / 2, (area.box[1] + area.box[3]) / 2, view);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      const key = Math.floor(x / square) + " " + Math.floor(y / square);
      const one = found.get(key) || { areas: [], x: 0, y: 0, count: 0, late: 0 };
      one.areas.push(area);
      one.x += x * counts[of];
      one.y += y * counts[of];
      one.count += counts[of];
      one.late += counts[2];
      found.set(key, one);
    }
    const kept = document.activeElement && layer.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    layer.replaceChildren(...[...found].map(([key, one]) => button(key, one)));
    const again = kept && layer.querySelector(`[data-key="${kept}"]`);
    if (again) again.focus();
  }
  function button(key, one) {
    const made = document.createElement("a");
    made.className = "map-number" + (one.late ? " is-late" : "") + (one.count > 99 ? " is-many" : "");
    made.dataset.key = key;
    made.style.left = Math.round(one.x / one.count) + "px";
    made.style.top = Math.round(one.y / one.count) + "px";
    made.textContent = one.count;
    const names = one.areas.slice(0, 3).map((area) => area.name).join(" ") + (one.areas.length > 3 ? " …" : "");
    made.title = `${names} · ${words([0, sum(one.areas, 1), one.late])}`;
    if (one.areas.length > MOST) {
      made.href = "#map";
      made.addEventListener("click", (event) => {
        event.preventDefault();
        const [left, top] = [one.x / one.count, one.y / one.count];
        panel.map.go(...nearest(one.areas, left, top));
        panel.map.zoom(3);
      });
    } else made.href = list(one.areas);
    return made;
  }
  const sum = (areas, place) => areas.reduce((all, area) => all + told[area.code][place], 0);
  function nearest(areas, left, top) {
    const centre = (area) => [(area.box[0] + area.box[2]) / 2, (area.box[1] + area.box[3]) / 2];
    const far = (area) => { const [x, y] = panel.map.pixel(...centre(area), view); return Math.hypot(x - left, y - top); };
    return centre(areas.reduce((best, area) => (far(area) < far(best) ? area : best)));
  }

  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(root.dataset.marks, { cache: "no-cache", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      root.classList.remove("is-cut-off");
      if (text === ask.last) return;
      ask.last = text;
      told = JSON.parse(text).areas;
      apply();
      root.dataset.marked = "1";
    } catch (why) {
      root.classList.add("is-cut-off"); // the page says so: what is shown is of before
    }
  }
  panel.map.looked = number;
  window.addEventListener("resize", number);
  ask();
  setInterval(ask, Number(root.dataset.every) * 1000);
}

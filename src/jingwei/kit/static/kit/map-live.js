// A map whose areas change: shades them anew, and stands a number on each part of the view that has any, which opens the
// list of what it counts. What is said of the areas is asked every few seconds, or is a day that is replayed.
// map.js imports it for panels with data-marks.
const ACROSS = 9; // squares of the view, in each of which what lies near together is one number
const NAMED = 24; // numbers beside which names have room

export function follow(panel) {
  const tell = numbered(panel), controls = document.getElementById(panel.root.dataset.replay || "-");
  // A promise of the first that is said.
  return controls ? replayed(panel.root, controls, tell) : asked(panel.root, tell);
}

// The areas with their shades, words and numbers; gives what tells them: by code `[shade, open, overdue, came]`.
function numbered(panel) {
  const { root, view } = panel, of = Number(root.dataset.of), most = Number(root.dataset.most);
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
      area.href = !root.dataset.list ? "" : root.dataset.inside ? root.dataset.inside + encodeURIComponent(area.code) : counts ? list([area]) : "";
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
      const [x, y] = panel.map.pixel(...area.middle, view);
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
    const alone = found.size > NAMED ? [] : [...found.values()].filter((one) => one.areas.length === 1);
    layer.replaceChildren(...alone.map((one) => name(one, width)), ...[...found].map(([key, one]) => button(key, one)));
    const again = kept && layer.querySelector(`[data-key="${kept}"]`);
    if (again) again.focus();
  }
  function button(key, one) {
    const made = document.createElement(root.dataset.list ? "a" : "span");
    made.className = "map-number" + (one.late ? " is-late" : "") + (one.count > 99 ? " is-many" : "");
    made.dataset.key = key;
    stand(made, one);
    made.textContent = one.count;
    const names = one.areas.slice(0, 3).map((area) => area.name).join(" ") + (one.areas.length > 3 ? " …" : "");
    made.title = `${names} · ${words([0, sum(one.areas, 1), one.late])}`;
    if (!root.dataset.list) return made; // a wall opens nothing, and what was counted of the past has no list today
    if (one.areas.length > most) { // more than one list takes: looked into first
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
  function stand(made, one) {
    made.style.left = Math.round(one.x / one.count) + "px";
    made.style.top = Math.round(one.y / one.count) + "px";
  }
  // Beside the number of one area, below all numbers: towards the middle of the view, so that it is whole. Who is read to
  // has it in the number's title.
  function name(one, width) {
    const made = document.createElement("span");
    made.className = "map-tag" + (one.x / one.count > width / 2 + 1 ? " is-before" : "");
    made.textContent = one.areas[0].name;
    made.setAttribute("aria-hidden", "true");
    stand(made, one);
    return made;
  }
  const sum = (areas, place) => areas.reduce((all, area) => all + told[area.code][place], 0);
  function nearest(areas, left, top) {
    const far = (area) => { const [x, y] = panel.map.pixel(...area.middle, view); return Math.hypot(x - left, y - top); };
    return areas.reduce((best, area) => (far(area) < far(best) ? area : best)).middle;
  }

  panel.map.looked = number;
  window.addEventListener("resize", number);
  return (areas) => {
    told = areas;
    apply();
    root.dataset.marked = "1";
  };
}

function asked(root, tell) {
  let last = "";
  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(root.dataset.marks, { cache: "no-cache", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const text = await answer.text();
      root.classList.remove("is-cut-off");
      if (text === last) return;
      last = text;
      tell(JSON.parse(text).areas);
    } catch (why) {
      root.classList.add("is-cut-off"); // the page says so: what is shown is of before
    }
  }
  setInterval(ask, Number(root.dataset.every) * 1000);
  return ask();
}

// A day again: the hour that the slider stands at is what the map says; played, it goes on by itself. `controls` holds the
// slider, its button and where the hour is written; the rows of the table that say the same bear their hour.
async function replayed(root, controls, tell) {
  const answer = await fetch(root.dataset.marks, { headers: { Accept: "application/json" } });
  if (!answer.ok) return root.classList.add("is-cut-off");
  const { areas } = await answer.json();
  const slider = controls.querySelector("input"), button = controls.querySelector("button"), said = controls.querySelector("output");
  const rows = [...document.querySelectorAll("[data-hour]")], last = Number(slider.max);
  let playing = 0;

  function look(hour) {
    const told = {};
    for (const [code, moves] of Object.entries(areas)) {
      let now = moves[0];
      for (const one of moves) if (one[0] <= hour) now = one;
      if (now[2] || now[4]) told[code] = now.slice(1);
    }
    tell(told);
    for (const row of rows) {
      if (Number(row.dataset.hour) === hour) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
    const words = rows[hour] ? rows[hour].cells[0].textContent.trim() : "";
    slider.value = hour;
    slider.setAttribute("aria-valuetext", words);
    said.textContent = words;
  }
  function stop() {
    clearInterval(playing);
    playing = 0;
    button.textContent = button.dataset.play;
  }
  function step() {
    if (Number(slider.value) < last) look(Number(slider.value) + 1);
    if (Number(slider.value) >= last) stop();
  }
  button.addEventListener("click", () => {
    if (playing) return stop();
    if (Number(slider.value) >= last) look(0);
    button.textContent = button.dataset.pause;
    playing = setInterval(step, 700);
  });
  slider.addEventListener("input", () => look(Number(slider.value)));
  controls.hidden = false;
  look(0);
}

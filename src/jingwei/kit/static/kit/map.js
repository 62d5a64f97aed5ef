// The map panel: moves and enlarges the drawing of the grid, names what lies under the pointer or the cross, opens a
// cell, picks a point. Without this file a page keeps the drawing and the list below it.
// Coordinates are the sheet's units (kit/maps/sheets.py) until a point is written into its two inputs.
const SVG = "http://www.w3.org/2000/svg";
const STEP = 0.12, FACTOR = 1.5, DEEPEST = 100;
const MANY = 2000; // areas that are outlined only where MapLibre will not draw them: it takes as long as drawing them twice

export class Area {
  constructor(code, name, path, words, href, shade) {
    Object.assign(this, { code, name, path, words: words || "", href: href || "", shade: shade || "" });
  }
  // Rings of corners, read when first asked for: "M10 20l3 4-5 6z" is a corner and the steps from it.
  get rings() {
    if (!this.read) {
      this.read = this.path.split("M").slice(1).map(function (part) {
        const numbers = part.match(/-?\d+/g).map(Number);
        const ring = [[numbers[0], numbers[1]]];
        for (let at = 2; at + 1 < numbers.length; at += 2) {
          const last = ring[ring.length - 1];
          ring.push([last[0] + numbers[at], last[1] + numbers[at + 1]]);
        }
        return ring;
      });
      const xs = this.read.flat().map((corner) => corner[0]), ys = this.read.flat().map((corner) => corner[1]);
      this.box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    }
    return this.read;
  }
  holds(x, y) {
    const rings = this.rings, box = this.box;
    if (x < box[0] || y < box[1] || x > box[2] || y > box[3]) return false;
    return crossings(rings, y).filter((at) => x < at).length % 2 === 1;
  }
  // A point of the area itself, also where it is bent round another: half way up its largest part, where it is widest.
  get middle() {
    if (!this.point) {
      const ys = this.rings.reduce((best, ring) => (extent(ring) > extent(best) ? ring : best)).map((corner) => corner[1]);
      const y = (Math.min(...ys) + Math.max(...ys)) / 2, xs = crossings(this.rings, y);
      let from = 0;
      for (let at = 2; at + 1 < xs.length; at += 2) if (xs[at + 1] - xs[at] > xs[from + 1] - xs[from]) from = at;
      this.point = [(xs[from] + xs[from + 1]) / 2, y];
    }
    return this.point;
  }
}

// Where a line across at `y` meets rings, from left to right.
function crossings(rings, y) {
  const found = [];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i], [bx, by] = ring[j];
      if (ay > y !== by > y) found.push(((bx - ax) * (y - ay)) / (by - ay) + ax);
    }
  }
  return found.sort((one, other) => one - other);
}

function extent(ring) {
  const twice = ring.reduce((sum, [x, y], at) => { const [px, py] = ring[(at || ring.length) - 1]; return sum + px * y - x * py; }, 0);
  return Math.abs(twice) / 2;
}

function made(name, given, parent) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(given)) element.setAttribute(key, value);
  if (parent) parent.appendChild(element);
  return element;
}

// The drawing itself: an SVG whose view box moves.
class Drawing {
  constructor(svg, width, height) {
    this.svg = svg;
    this.whole = [0, 0, width, height];
    this.mark = made("g", { class: "map-point" }, svg);
    this.cross = made("path", { class: "map-cross" }, svg);
    this.look(this.whole);
    new ResizeObserver(() => this.look(this.box)).observe(svg); // names keep their size where it is another
  }
  look(box) {
    const width = Math.max(this.whole[2] / DEEPEST, Math.min(box[2], this.whole[2] * 1.3)), height = (width * this.whole[3]) / this.whole[2];
    const x = Math.max(-width / 2, Math.min(box[0], this.whole[2] - width / 2));
    const y = Math.max(-height / 2, Math.min(box[1], this.whole[3] - height / 2));
    this.box = [x, y, width, height];
    this.svg.setAttribute("viewBox", this.box.join(" "));
    const unit = width / 100, [cx, cy] = this.middle();
    this.cross.setAttribute("d", `M${cx - unit * 2} ${cy}h${unit * 4}M${cx} ${cy - unit * 2}v${unit * 4}`);
    const shown = this.svg.getScreenCTM(); // names keep 12 pixels in a narrow panel: nobody reads less
    this.svg.setAttribute("font-size", Math.max(width / 48, shown && shown.a ? 12 / shown.a : 0));
    if (this.point) this.show(this.point[0], this.point[1]);
    if (this.looked) this.looked();
  }
  // Where a place of the sheet is seen, in pixels of the panel.
  pixel(x, y, view) {
    const matrix = this.svg.getScreenCTM(), corner = view.getBoundingClientRect();
    return [matrix.a * x + matrix.e - corner.left, matrix.d * y + matrix.f - corner.top];
  }
  paint(areas) {
    for (const area of areas) if (area.drawn) area.drawn.setAttribute("fill", `url(#${this.svg.dataset.patterns}-${area.shade || "0"})`);
  }
  middle() { return [this.box[0] + this.box[2] / 2, this.box[1] + this.box[3] / 2]; }
  move(across, down) { this.look([this.box[0] + across * this.box[2], this.box[1] + down * this.box[3], this.box[2]]); }
  zoom(factor, x, y) {
    const [cx, cy] = x === undefined ? this.middle() : [x, y], width = this.box[2] / factor;
    const part = Math.max(this.whole[2] / DEEPEST, Math.min(width, this.whole[2] * 1.3)) / this.box[2];
    this.look([cx - (cx - this.box[0]) * part, cy - (cy - this.box[1]) * part, width]);
  }
  all() { this.look(this.whole); }
  go(x, y) { this.look([x - this.box[2] / 2, y - this.box[3] / 2, this.box[2]]); }
  show(x, y) {
    this.point = [x, y];
    const unit = this.box[2] / 100;
    this.mark.replaceChildren(made("circle", { cx: x, cy: y, r: unit * 2 }), made("circle", { cx: x, cy: y, r: unit * 0.6, class: "map-dot" }));
  }
  at(event) {
    const point = this.svg.createSVGPoint();
    [point.x, point.y] = [event.clientX, event.clientY];
    const found = point.matrixTransform(this.svg.getScreenCTM().inverse());
    return [found.x, found.y];
  }
  // Drags move, two fingers enlarge, a tap is told.
  listen(view, tapped, hovered) {
    const fingers = new Map();
    let far = 0;
    view.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button, a")) return;
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
      far = fingers.size > 1 ? 99 : 0;
      try { view.setPointerCapture(event.pointerId); } catch (gone) { fingers.delete(event.pointerId); }
    });
    view.addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return hovered(...this.at(event));
      const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
      if (others.length) {
        const length = (place) => Math.hypot(place[0] - others[0][0], place[1] - others[0][1]) || 1;
        this.zoom(length([event.clientX, event.clientY]) / length(before));
      } else {
        const scale = this.svg.getScreenCTM().a;
        far += Math.hypot(event.clientX - before[0], event.clientY - before[1]);
        if (far > 6) this.look([this.box[0] - (event.clientX - before[0]) / scale, this.box[1] - (event.clientY - before[1]) / scale, this.box[2]]);
      }
      fingers.set(event.pointerId, [event.clientX, event.clientY]);
    });
    const up = (event) => {
      const was = fingers.delete(event.pointerId);
      if (was && event.type === "pointerup" && far <= 6) tapped(...this.at(event));
    };
    view.addEventListener("pointerup", up);
    view.addEventListener("pointercancel", up);
    view.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== view) return; // else the page scrolls on
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, ...this.at(event));
    }, { passive: false });
  }
}

const spoken = (area) => [area.name, area.words].filter(Boolean).join(" · ");

// MapLibre is written for Chromium 94 and hands out Object.hasOwn (93): an older browser would fetch its megabyte with every
// such page, only to refuse it.
function canBeRich() {
  return Boolean(Object.hasOwn && document.createElement("canvas").getContext("webgl2"));
}

class Panel {
  constructor(root) {
    this.root = root;
    this.view = root.querySelector(".map-view");
    this.said = root.querySelector(".map-said");
    this.lon = document.getElementById(root.dataset.lon || "-");
    this.lat = document.getElementById(root.dataset.lat || "-");
  }
  get picks() { return Boolean(this.lon && this.lat); }

  async start() {
    if (this.root.dataset.shapes) {
      const answer = await fetch(this.root.dataset.shapes);
      if (!answer.ok) return;
      const sheet = await answer.json();
      if (!sheet.areas.length) return;
      this.draw(sheet);
    } else {
      this.frame = Object.fromEntries(["west", "north", "across", "up", "width", "height"].map((key) => [key, Number(this.view.dataset[key])]));
      this.areas = [...this.view.querySelectorAll("path[data-code]")].map(
        ({ dataset, attributes }) => new Area(dataset.code, dataset.name, attributes.d.value, dataset.words, dataset.href, dataset.shade));
      this.svg = this.view.querySelector("svg");
    }
    this.root.hidden = false;
    this.map = new Drawing(this.svg, this.frame.width, this.frame.height);
    this.map.listen(this.view, (x, y) => this.choose(x, y), (x, y) => this.say(x, y));
    this.view.tabIndex = 0;
    this.view.addEventListener("keydown", (event) => this.key(event));
    for (const button of this.root.querySelectorAll("[data-map-do]")) button.addEventListener("click", () => this.act(button.dataset.mapDo));
    if (this.picks) {
      this.fromInputs();
      for (const input of [this.lon, this.lat]) input.addEventListener("change", () => { if (!this.filling) this.fromInputs(); });
    }
    if (this.root.dataset.marks) (await import(this.root.dataset.live)).follow(this);
    if (this.root.dataset.names) (await import(this.root.dataset.names)).named(this);
    if (this.root.dataset.flags) (await import(this.root.dataset.flags)).placed(this);
    if (this.root.dataset.line) this.line = (await import(this.root.dataset.liner)).drawn(this);
    if (this.root.dataset.rich) this.richer();
  }
  draw(sheet) {
    const english = document.documentElement.lang === "en";
    this.frame = sheet;
    this.areas = sheet.areas.map(([code, zh, en, path]) => new Area(code, english ? en : zh, path));
    // The areas above, by level, each with those of the sheet that lie in it; a sheet kept by the browser may have none.
    this.above = (sheet.above || []).map((level) => {
      let from = 0;
      return level.map(([zh, en, count]) => ({ name: english ? en : zh, areas: this.areas.slice(from, (from += count)) }));
    });
    for (const { name, areas } of this.above.flat())
      for (const area of areas) if (name && !area.name.includes(name)) area.words += (area.words && " · ") + name;
    this.svg = made("svg", { viewBox: `0 0 ${sheet.width} ${sheet.height}`, "aria-hidden": "true" });
    this.svg.dataset.patterns = this.root.dataset.patterns || "";
    this.view.appendChild(this.svg);
    if (!this.root.dataset.rich || !canBeRich() || this.areas.length < MANY) this.outline();
  }
  outline() {
    for (const area of this.areas) area.drawn = made("path", { d: area.path, class: "map-area" }, this.svg);
  }
  // The same map drawn by MapLibre, where the browser has what it needs; else the drawing stays. What is said of the areas
  // is waited for (`told`), so that they are drawn once.
  async richer(told) {
    try {
      if (!canBeRich()) return;
      const [found] = await Promise.all([import(this.root.dataset.rich), told]);
      const map = await found.drawn(this);
      if (map) {
        map.looked = this.map.looked;
        this.map = map;
        map.paint(this.areas);
        if (map.looked) map.looked();
      }
    } catch (why) {
      this.root.dataset.plain = String(why); // an older browser: nothing is lost
      if (this.areas.length && !this.svg.querySelector(".map-area")) {
        this.outline();
        this.map.paint(this.areas);
      }
    }
  }
  find(x, y) {
    if (this.last && this.last.holds(x, y)) return this.last;
    this.last = this.areas.find((area) => area.holds(x, y));
    return this.last;
  }
  say(x, y) {
    const area = this.find(x, y);
    const text = area ? spoken(area) : this.root.dataset.outside;
    if (this.said.textContent !== text) this.said.textContent = text;
    return area;
  }
  choose(x, y) {
    const area = this.say(x, y);
    if (this.line) this.line.add(x, y);
    else if (this.picks) this.pick(x, y, area);
    else if (area && area.href) window.location.assign(area.href);
  }
  pick(x, y, area) {
    const frame = this.frame;
    this.map.show(x, y);
    this.filling = true;
    this.lon.value = (frame.west + x / frame.across).toFixed(6);
    this.lat.value = (frame.north - y / frame.up).toFixed(6);
    for (const input of [this.lon, this.lat]) input.dispatchEvent(new Event("change", { bubbles: true }));
    this.filling = false;
    if (area) this.said.textContent = this.root.dataset.picked + spoken(area);
  }
  fromInputs() {
    const lon = parseFloat(this.lon.value), lat = parseFloat(this.lat.value);
    if (!isFinite(lon) || !isFinite(lat)) return;
    const x = (lon - this.frame.west) * this.frame.across, y = (this.frame.north - lat) * this.frame.up;
    this.map.show(x, y);
    this.map.go(x, y);
    const area = this.find(x, y);
    this.said.textContent = area ? this.root.dataset.picked + spoken(area) : this.root.dataset.outside;
  }
  act(what) {
    if (what === "in") this.map.zoom(FACTOR);
    else if (what === "out") this.map.zoom(1 / FACTOR);
    else this.map.all();
    this.say(...this.map.middle());
  }
  key(event) {
    if (event.target !== this.view || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    if (moves[event.key]) this.map.move(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") this.map.zoom(FACTOR);
    else if (event.key === "-") this.map.zoom(1 / FACTOR);
    else if (event.key === "0") this.map.all();
    else if (this.line && event.key === "Backspace") this.line.back();
    else if (event.key === "Enter") return event.preventDefault(), this.choose(...this.map.middle());
    else return;
    event.preventDefault();
    this.say(...this.map.middle());
  }
}

// A panel begins when it comes into sight: a page that folds it away fetches nothing.
function begin(root) {
  if (root.dataset.began) return;
  root.dataset.began = "1";
  const watched = root.hidden ? root.parentElement : root;
  new IntersectionObserver((seen, watcher) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watcher.disconnect();
    new Panel(root).start();
  }).observe(watched);
}
const beginAll = () => document.querySelectorAll("[data-map]").forEach(begin);
beginAll();
document.addEventListener("htmx:afterSettle", beginAll);

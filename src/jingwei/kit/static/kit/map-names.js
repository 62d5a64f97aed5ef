// Names on a map that a script draws: those of its areas where half of what is seen has room for them, else of the areas
// above, level by level, so that a view of any depth says where it is. map.js imports it for panels with data-names.
const SVG = "http://www.w3.org/2000/svg";
const CHINESE = 1, LATIN = 0.58; // widths of a letter, in its height

export function named(panel) {
  const layer = document.createElementNS(SVG, "g");
  const levels = [panel.areas.map((area) => ({ name: area.name, areas: [area] })), ...panel.above].map((level) => level.map(measured));
  let drawing = 0;

  function draw() {
    drawing = 0;
    const matrix = panel.svg.getScreenCTM();
    if (!matrix) return;
    const letter = Number(panel.svg.getAttribute("font-size"));
    const shown = panel.svg.getBoundingClientRect();
    const inView = ({ middle: [x, y], letters }) => {
      const [left, top] = [matrix.a * x + matrix.e - shown.left, matrix.d * y + matrix.f - shown.top], half = (letters / 2) * letter * matrix.a;
      return left > half && left < shown.width - half && top > 0 && top < shown.height;
    };
    let chosen = [];
    for (const level of levels) {
      const seen = level.filter(inView), fitting = seen.filter((one) => one.letters * letter < one.across);
      chosen = level === levels[levels.length - 1] ? seen : fitting;
      if (seen.length && fitting.length * 2 >= seen.length) break;
    }
    layer.replaceChildren(...apart(chosen, letter).map(({ name, middle: [x, y] }) => {
      const text = document.createElementNS(SVG, "text");
      text.setAttribute("class", "map-name");
      text.setAttribute("x", x);
      text.setAttribute("y", y);
      text.textContent = name;
      return text;
    }));
  }
  panel.svg.append(layer);
  const later = () => { if (!drawing) drawing = requestAnimationFrame(draw); };
  panel.map.looked = later;
  later();
}

// Where the name of one or several areas stands: in the middle of them all, inside one of them.
function measured({ name, areas }) {
  areas.forEach((area) => area.rings); // reads the boxes
  const edge = (place, most) => most(...areas.map((area) => area.box[place]));
  const west = edge(0, Math.min), north = edge(1, Math.min), east = edge(2, Math.max), south = edge(3, Math.max);
  const far = ([x, y]) => Math.hypot(x - (west + east) / 2, y - (north + south) / 2);
  const middle = areas.map((area) => area.middle).reduce((best, one) => (far(one) < far(best) ? one : best));
  const letters = [...name].reduce((sum, letter) => sum + (letter > "\u2e80" ? CHINESE : LATIN), 0);
  return { name, middle, across: east - west, letters };
}

// The names that lie over no other, the widest areas' first.
function apart(names, letter) {
  const kept = [];
  for (const one of [...names].sort((a, b) => b.across - a.across)) {
    const over = (other) => Math.abs(one.middle[0] - other.middle[0]) < ((one.letters + other.letters) / 2 + 0.4) * letter
      && Math.abs(one.middle[1] - other.middle[1]) < 1.3 * letter;
    if (!kept.some(over)) kept.push(one);
  }
  return kept;
}

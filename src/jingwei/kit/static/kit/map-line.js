// A line on a map panel: each place that is pointed at becomes a row "longitude, latitude" of a text area, and what is
// written there is drawn. Without this file the rows are typed, or a GeoJSON line is pasted.
const SVG = "http://www.w3.org/2000/svg";

export function drawn(panel) {
  const input = document.getElementById(panel.root.dataset.line);
  if (!input) return null;
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("class", "map-line");
  panel.svg.appendChild(path);
  const frame = panel.frame;
  const rows = () => input.value.split("\n").filter((row) => row.trim());
  function places() {
    const text = input.value.trim();
    if (text.startsWith("{")) return pasted(text);
    return rows().map((row) => (row.match(/[-+]?\d+(?:\.\d+)?/g) || []).map(Number)).filter((pair) => pair.length === 2);
  }
  function show() {
    const corners = places().map(([lon, lat]) => [(lon - frame.west) * frame.across, (frame.north - lat) * frame.up]);
    const steps = corners.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    const dots = corners.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h.1`).join("");
    path.setAttribute("d", steps + dots);
  }
  function write(value) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const line = {
    add: (x, y) => {
      const place = `${(frame.west + x / frame.across).toFixed(6)}, ${(frame.north - y / frame.up).toFixed(6)}`;
      write([...(input.value.trim().startsWith("{") ? [] : rows()), place].join("\n"));
    },
    back: () => write(rows().slice(0, -1).join("\n")),
    clear: () => write(""),
  };
  input.addEventListener("input", show);
  for (const button of panel.root.querySelectorAll("[data-line-do]")) button.addEventListener("click", () => line[button.dataset.lineDo]());
  show();
  return line;
}

// The places of a GeoJSON line, as far as one is there: what is wrong with it the page says when it is sent.
function pasted(text) {
  try {
    let part = JSON.parse(text);
    if (part.type === "FeatureCollection") part = part.features[0];
    if (part.type === "Feature") part = part.geometry;
    return part.coordinates.map((place) => place.slice(0, 2).map(Number));
  } catch (unread) {
    return [];
  }
}

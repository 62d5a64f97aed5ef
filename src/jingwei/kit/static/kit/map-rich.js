// The same map drawn by MapLibre: smooth on a screen of any size. map.js imports it where WebGL 2 works, and goes on with
// its own drawing where anything here fails. Nothing is asked from outside: the grid itself is the base map.
function ground(shade, colours) {
  // A small picture of the pattern that the drawing has for this shade.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const pen = canvas.getContext("2d");
  pen.fillStyle = { 0: colours.sheet, x: colours.tint }[shade] || colours.accentTint;
  pen.fillRect(0, 0, 24, 24);
  pen.strokeStyle = shade === "x" ? colours.soft : colours.accent;
  pen.lineWidth = { 1: 2, 2: 2, 3: 4.4, 4: 5, x: 2 }[shade] || 0;
  const line = (x, y, u, v) => { pen.beginPath(); pen.moveTo(x, y); pen.lineTo(u, v); pen.stroke(); };
  if (shade === "1") line(10, 12, 14, 12);
  if (shade === "x") line(0, 12, 24, 12);
  if ("234".includes(shade)) for (const at of shade === "3" ? [-12, 0, 12, 24, 36] : [0, 24, 48]) line(at - 24, 24, at, 0);
  if (shade === "4") for (const at of [-24, 0, 24]) line(at, 0, at + 24, 24);
  return pen.getImageData(0, 0, 24, 24);
}

function colours(element) {
  const style = getComputedStyle(element), of = (name) => style.getPropertyValue(name).trim();
  return { sheet: of("--sheet"), tint: of("--tint"), accent: of("--accent"), accentTint: of("--accent-tint"), soft: of("--soft"), late: of("--late") };
}

export async function drawn(panel) {
  const { frame, root, view } = panel, shown = colours(root);
  const library = await import(root.dataset.gl);
  library.setWorkerUrl(root.dataset.worker);
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = root.dataset.sheet;
  document.head.append(style);
  const painted = panel.areas.map((area) => area.shade || "0"); // what is drawn; shades may change while this is fetched
  const degrees = ([x, y]) => [frame.west + x / frame.across, frame.north - y / frame.up];
  const features = panel.areas.map((area, id) => ({
    type: "Feature",
    id,
    properties: { shade: "shade-" + painted[id] },
    geometry: { type: "MultiPolygon", coordinates: polygons(area).map((rings) => rings.map((ring) => [...ring, ring[0]].map(degrees))) },
  }));
  const box = document.createElement("div");
  const bounds = [degrees([0, frame.height]), degrees([frame.width, 0])];
  const svg = view.querySelector("svg"), size = svg.getBoundingClientRect();
  view.style.height = Math.round(size.height) + "px"; // the drawing gave it its height until now
  view.append(box);
  const map = new library.Map({
    container: box, bounds, attributionControl: false, keyboard: false, scrollZoom: false, dragRotate: false, pitchWithRotate: false, maxPitch: 0,
    fadeDuration: 0, renderWorldCopies: false,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": shown.tint } }] },
  });
  map.touchZoomRotate.disableRotation();
  const failed = await new Promise((settle) => {
    map.once("load", () => settle(null));
    map.once("error", (event) => settle(event.error || true));
    setTimeout(() => settle("too slow"), 20000);
  });
  if (failed) {
    map.remove();
    box.remove();
    view.style.height = "";
    throw failed;
  }
  for (const shade of "01234x") map.addImage("shade-" + shade, ground(shade, shown), { pixelRatio: 2 });
  map.addSource("areas", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-pattern": ["get", "shade"], "fill-antialias": false } });
  map.addLayer({ id: "borders", type: "line", source: "areas", paint: { "line-color": shown.soft, "line-width": 1 } });
  const names = [...svg.querySelectorAll(".map-name")].map((one) => {
    const label = document.createElement("span");
    label.className = "map-label";
    label.textContent = one.textContent;
    return new library.Marker({ element: label }).setLngLat(degrees([Number(one.getAttribute("x")), Number(one.getAttribute("y"))])).addTo(map);
  });
  await map.once("idle");
  svg.classList.add("map-replaced");
  root.dataset.drawn = "maplibre";
  const units = (place) => [(place.lng - frame.west) * frame.across, (frame.north - place.lat) * frame.up];
  map.on("click", (event) => panel.choose(...units(event.lngLat)));
  map.on("mousemove", (event) => panel.say(...units(event.lngLat)));
  const at = { duration: 0 }; // a key pressed while the last one still moves the map would leave it between the two
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== view) return;
    event.preventDefault();
    map.zoomTo(map.getZoom() + (event.deltaY < 0 ? 0.4 : -0.4), at);
  }, { passive: false });
  // The reader may have moved while this was fetched: what the drawing shows now is where the map begins.
  const [x, y, width, height] = panel.map.box;
  map.fitBounds([degrees([x, y + height]), degrees([x + width, y])], at);
  const made = {
    names,
    pixel: (x, y) => { const { x: left, y: top } = map.project(degrees([x, y])); return [left, top]; },
    paint: (areas) => {
      const update = [];
      areas.forEach((area, id) => {
        const shade = area.shade || "0";
        if (painted[id] === shade) return;
        painted[id] = shade;
        update.push({ id, addOrUpdateProperties: [{ key: "shade", value: "shade-" + shade }] });
      });
      if (update.length) map.getSource("areas").updateData({ update });
    },
    middle: () => units(map.getCenter()),
    move: (across, down) => map.panBy([across * box.clientWidth, down * box.clientHeight], at),
    zoom: (factor) => map.zoomTo(map.getZoom() + Math.log2(factor), at),
    all: () => map.fitBounds(bounds, at),
    go: (x, y) => map.jumpTo({ center: degrees([x, y]) }),
    show: (x, y) => new library.Marker({ color: shown.late }).setLngLat(degrees([x, y])).addTo(map),
  };
  map.on("move", () => { if (made.looked) made.looked(); });
  return made;
}

// Rings as polygons: one that lies in an earlier one is a hole of it.
function polygons(area) {
  const found = [];
  for (const ring of area.rings) {
    const outer = found.find((rings) => inside(ring[0], rings[0]));
    if (outer) outer.push(ring);
    else found.push([ring]);
  }
  return found;
}

function inside([x, y], ring) {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [ax, ay] = ring[i], [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

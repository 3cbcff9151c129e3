// How a stage is painted: fills and lines, the picture of the cells, patterns, the ground, the marks of what is chosen.

const FILL_BLANK = ".".charCodeAt(0);
const FIRST_CLASS = "0".charCodeAt(0);
// From this zoom on, a pixel of the cells' picture is larger than one of the screen.
const CELL_ZOOM = 10.75;
const PAPERS = {
  light: { sea: "#e6ebe9", near: "#ece9df", land: "#f8f4ea", coast: "#c9c6ba", ink: "#23302c", halo: "#faf7f0", river: "#2c5f8f", accent: "#b3402a" },
  dark: { sea: "#1a2123", near: "#22292a", land: "#2f3634", coast: "#4a5351", ink: "#ece7db", halo: "#171c1b", river: "#9cc4e4", accent: "#ffb59c" },
};

function paintLayer(stage, drawn, layer) {
  if (layer.geometry === "cells") {
    paintCells(stage, drawn, layer);
    return;
  }
  const units = stage.geometries[layer.geometry];
  const { codes, cut } = units;
  if (units.kind === "image") {
    drawn.shapes.forEach((image) => drawn.parts.addLayer(image));
    return;
  }
  const theme = stage.isDark && !stage.isFilled ? 1 : 0;
  const line = { stroke: layer.line[2] > 0, color: layer.line[theme], weight: layer.line[2], opacity: 1 };
  const isCut = new Set(cut);
  drawn.shapes.forEach((shape, i) => {
    const letter = layer.classes ? layer.classes.charCodeAt(i) : FILL_BLANK;
    const entry = letter === FILL_BLANK ? null : layer.fills[letter - FIRST_CLASS];
    // Only what changed is drawn again.
    const style = `${line.color}|${line.weight}|${entry ? entry.fill + entry.pattern : ""}`;
    if (style === drawn.styles[i]) return;
    drawn.styles[i] = style;
    const fillColor = entry ? (entry.pattern ? stage.patterns.get(entry.pattern) : entry.fill) : undefined;
    // Lowland has no divide of its own to draw, and the divide of a cut basin is dashed.
    const bare = isCut.has(i) || (!entry && codes[i] === "lowland");
    const own = ownStyle(stage, units, entry);
    if (own === null) return;
    shape.setStyle(own ?? { ...line, stroke: line.stroke && !bare, fill: Boolean(entry), fillColor, fillOpacity: 1 });
    if (!drawn.parts.hasLayer(shape)) drawn.parts.addLayer(shape);
  });
  paintMarked(stage, drawn, layer);
  if (cut.length) paintCut(stage, drawn, layer, theme);
}

// A unit whose answer is still open has a pattern over its fill.
function paintMarked(stage, drawn, layer) {
  const { letters = "", marked = [], pattern } = layer.certainty ?? {};
  drawn.marks ??= new Map();
  const isMarked = new Set(marked.map((number) => number + FIRST_CLASS));
  const fillColor = stage.patterns.get(pattern);
  drawn.shapes.forEach((shape, i) => {
    const wanted = Boolean(fillColor) && isMarked.has(letters.charCodeAt(i));
    const present = drawn.marks.get(i);
    if (wanted && !present) {
      const mark = L.polygon(stage.geometries[layer.geometry].shapes[i], stage.style(drawn, { stroke: false, fill: true, fillColor, fillOpacity: 1 }));
      drawn.marks.set(i, mark);
      drawn.parts.addLayer(mark);
    } else if (!wanted && present) {
      drawn.parts.removeLayer(present);
      drawn.marks.delete(i);
    } else if (wanted) {
      // Its unit may have been filled for the first time just now.
      present.bringToFront();
    }
  });
}

// A basin that goes on beyond the data has a dashed outline, over a pale one that hides its neighbours' solid lines.
function paintCut(stage, drawn, layer, theme) {
  const { shapes, cut } = stage.geometries[layer.geometry];
  const [, , weight, ...dashes] = layer.cut;
  const color = layer.cut[theme];
  const casing = theme ? PAPERS.dark.halo : PAPERS.light.halo;
  const wish = `${color}|${weight}|${dashes}`;
  if (wish === drawn.cutStyle) return;
  drawn.cutStyle = wish;
  drawn.cutLines?.forEach((shape) => shape.remove());
  const bare = { fill: false, lineCap: "butt", weight };
  drawn.cutLines = cut.flatMap((i) => [
    L.polygon(shapes[i], stage.style(drawn, { ...bare, color: casing })),
    L.polygon(shapes[i], stage.style(drawn, { ...bare, color, dashArray: dashes.join(" ") })),
  ]);
  drawn.cutLines.forEach((shape) => drawn.parts.addLayer(shape));
}

function readyPatterns(stage, patterns) {
  const missing = Object.entries(patterns).filter(([name]) => !stage.patterns.has(name));
  return Promise.all(missing.map(async ([name, address]) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const tile = element("canvas");
    tile.width = image.width;
    tile.height = image.height;
    tile.getContext("2d").drawImage(image, 0, 0);
    const pattern = tile.getContext("2d").createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(0.5));
    stage.patterns.set(name, pattern);
  }));
}

function paintGround(stage) {
  const { near, land, coast } = stage.paper;
  stage.near.setStyle({ stroke: true, color: coast, weight: 0.8, fill: true, fillColor: near, fillOpacity: 1 });
  stage.own.setStyle({ stroke: true, color: coast, weight: 1, fill: true, fillColor: land, fillOpacity: 1 });
}

// The chosen units and the marked point, above everything.
function paintMarks(stage) {
  const wish = JSON.stringify([stage.scene.extra, stage.scene.chosen, stage.scene.point, stage.isDark]);
  if (wish === stage.marked) return;
  stage.marked = wish;
  stage.marks.parts.clearLayers();
  const { accent, halo } = stage.paper;
  for (const extra of stage.scene.extra ?? []) paintExtra(stage, extra);
  for (const [geometry, code] of stage.scene.chosen) {
    const number = stage.geometries[geometry]?.number.get(code);
    if (number === undefined) continue;
    const shape = stage.geometries[geometry].shapes[number];
    stage.marks.parts.addLayer(L.polygon(shape, stage.style(stage.marks, { fill: false, color: halo, weight: 6, opacity: 0.9 })));
    stage.marks.parts.addLayer(L.polygon(shape, stage.style(stage.marks, { fill: false, color: accent, weight: 3 })));
  }
  if (stage.scene.point) markPoint(stage, stage.scene.point);
}

// A free shape: an outline as of a chosen unit; in the colour of water an area, lightly filled, or a line with a pale edge so that it shows on any fill.
function paintExtra(stage, extra) {
  if (extra.kind === "flow") {
    paintFlows(stage, extra);
    return;
  }
  if (extra.kind === "pin") {
    stage.marks.parts.addLayer(pinMark(extra));
    return;
  }
  const { kind, precision, shapes } = extra;
  const { river, accent, halo } = stage.paper;
  const paths = shapes.map((parts) => parts.map((steps) => unpackRing(steps, precision)));
  const add = (shape) => stage.marks.parts.addLayer(shape);
  if (kind === "outline") {
    add(L.polygon(paths, stage.style(stage.marks, { fill: false, color: halo, weight: 6, opacity: 0.9 })));
    add(L.polygon(paths, stage.style(stage.marks, { fill: false, color: accent, weight: 3 })));
    return;
  }
  if (kind === "area") {
    add(L.polygon(paths, stage.style(stage.marks, { color: halo, weight: 5, opacity: 0.9, fill: true, fillColor: river, fillOpacity: 0.32 })));
    add(L.polygon(paths, stage.style(stage.marks, { color: river, weight: 2, fill: false })));
    return;
  }
  for (const [color, weight] of [[halo, 7], [river, 3.5]]) {
    for (const [path] of paths) add(L.polyline(path, stage.style(stage.marks, { color, weight, fill: false, lineCap: "round" })));
  }
}

// A pin with its number, as text: whoever set it gave no more than a number to the page.
function pinMark({ at, label }) {
  const html = element("span", "", label);
  return L.marker(at, { icon: L.divIcon({ className: "meguri-pin", html, iconSize: null }), interactive: false, keyboard: false });
}

function markPoint(stage, point) {
  const { accent, halo } = stage.paper;
  stage.pointMarks?.forEach((mark) => mark.remove());
  const options = { fill: true, fillOpacity: 1, color: halo };
  stage.pointMarks = [
    L.circleMarker(point, stage.style(stage.marks, { ...options, radius: 8, weight: 2, fillColor: accent })),
    L.circleMarker(point, stage.style(stage.marks, { ...options, radius: 3, weight: 0, fillColor: halo })),
  ];
  stage.pointMarks.forEach((mark) => stage.marks.parts.addLayer(mark));
}

// Enlarged, a cell keeps its sharp edge; reduced, the browser's smoothing reads better than dropped pixels.
function sharpen(stage) {
  stage.box.classList.toggle("is-close", stage.map.getZoom() >= CELL_ZOOM);
}

// The stage: one Leaflet map that outlives every rerun. It holds the outlines; a scene (scene.js) tells it what to show.
// The vendored Leaflet (`L`), outlines.js, furniture.js and names.js are put in front of this file by the Python face.

const registry = (window.meguriMaps ??= { stages: new Map(), scenes: new Map(), events: new Map(), views: new Map() });

const FILL_BLANK = ".".charCodeAt(0);
const FIRST_CLASS = "0".charCodeAt(0);
// From this zoom on, a pixel of a cell image is larger than one of the screen.
const CELL_ZOOM = 10.75;
const LEGEND_WIDTH_PX = 560;
const PAPERS = {
  light: { sea: "#e6ebe9", near: "#ece9df", land: "#f8f4ea", coast: "#c9c6ba", ink: "#23302c", halo: "#faf7f0", river: "#2c5f8f", accent: "#b3402a" },
  dark: { sea: "#1a2123", near: "#22292a", land: "#2f3634", coast: "#4a5351", ink: "#ece7db", halo: "#171c1b", river: "#9cc4e4", accent: "#ffb59c" },
};

export default async function ({ data, parentElement }) {
  const split = data.indexOf(10);
  const header = JSON.parse(new TextDecoder().decode(data.subarray(0, split)));
  const present = registry.stages.get(header.key);
  if (present && present.host === parentElement) {
    if (present.version !== header.version) {
      present.version = header.version;
      present.load(await unpack(data.subarray(split + 1)));
    }
    present.retheme();
    return () => close(header.key, present);
  }
  const stage = new Stage(parentElement, header);
  registry.stages.set(header.key, stage);
  stage.load(await unpack(data.subarray(split + 1)));
  const waiting = registry.scenes.get(header.key);
  if (waiting) stage.show(waiting);
  return () => close(header.key, stage);
}

function close(key, stage) {
  stage.close();
  if (registry.stages.get(key) === stage) registry.stages.delete(key);
}

async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

class Stage {
  constructor(host, header) {
    this.host = host;
    this.key = header.key;
    this.version = header.version;
    this.layers = new Map();
    this.geometries = {};
    this.patterns = new Map();
    this.fitted = null;
    this.shown = 0;
    this.box = element("div", "meguri-map");
    host.append(this.box);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(this.box, {
      zoomControl: false, attributionControl: false, trackResize: false, zoomSnap: 0.25, zoomDelta: 0.75, wheelPxPerZoomLevel: 90,
      minZoom: 7, maxZoom: 15, zoomAnimation: !calm, fadeAnimation: false, inertia: !calm, maxBoundsViscosity: 0.7,
      keyboardPanDelta: 90,
    });
    addFurniture(this);
    this.resizing = new ResizeObserver(() => {
      this.unhover();
      if (!this.legendChosen) this.legend.open = this.box.clientWidth > LEGEND_WIDTH_PX;
      if (!this.opened) return;
      // Leaflet keeps the middle to whole pixels only: many resizes would make it drift.
      const [centre, zoom] = [this.map.getCenter(), this.map.getZoom()];
      this.map.invalidateSize({ animate: false, pan: false });
      if (this.isUntouched) fitArea(this, false);
      else this.map.setView(centre, zoom, { animate: false, reset: true });
    });
    this.resizing.observe(this.box);
    this.retheme();
    this.listen();
    this.checking = setInterval(() => writeView(this), 2 * VIEW_DELAY_MS);
  }

  listen() {
    const map = this.map;
    map.on("click", (event) => this.choose(event.latlng));
    map.on("mousemove", (event) => this.hover(event));
    map.on("mouseout", () => this.unhover());
    for (const touch of ["pointerdown", "wheel", "keydown"]) {
      this.box.addEventListener(touch, () => { this.isUntouched = false; }, { capture: true, passive: true });
    }
    map.on("zoomend viewreset", () => placeNames(this));
    map.on("zoomend viewreset", () => this.sharpen());
    map.on("moveend", () => keepView(this));
    this.box.addEventListener("keydown", (event) => {
      if (event.target !== this.box) return;
      this.box.classList.add("by-keyboard");
      if (event.key === "Enter") {
        event.preventDefault();
        this.choose(map.getCenter());
      }
    });
    // Leaflet focuses the box by itself on a press: only a focus without one comes from the keyboard.
    this.box.addEventListener("pointerdown", () => {
      this.pressed = performance.now();
      this.box.classList.remove("by-keyboard");
    }, true);
    this.box.addEventListener("focus", () => {
      if (performance.now() - (this.pressed ?? -1000) > 500) this.box.classList.add("by-keyboard");
    });
    this.box.addEventListener("blur", () => this.box.classList.remove("by-keyboard"));
    map.on("moveend", () => {
      if (this.box.classList.contains("by-keyboard")) this.spoken.textContent = this.namesAt(map.getCenter()).join("、");
    });
  }

  load(packed) {
    this.bounds = L.latLngBounds([packed.bounds[1], packed.bounds[0]], [packed.bounds[3], packed.bounds[2]]);
    for (const layer of this.layers.values()) layer.remove();
    this.layers.clear();
    this.geometries = {};
    for (const [name, units] of Object.entries(packed.layers)) {
      const shapes = units.shapes.map((shape) => shape.map((rings) => rings.map((ring) => unpackRing(ring, packed.precision))));
      this.geometries[name] = { ...units, shapes, boxes: shapes.map(boxOf), number: new Map(units.codes.map((code, i) => [code, i])) };
    }
    const land = packed.surroundings.map((rings) => rings.map((ring) => unpackRing(ring, packed.precision)));
    this.ground?.remove();
    this.ground = this.pane("ground", 210);
    this.near = L.polygon(land, this.style(this.ground, {})).addTo(this.map);
    this.own = L.polygon(this.geometries.prefecture.shapes.flat(), this.style(this.ground, {})).addTo(this.map);
    this.marks = this.pane("marks", 600);
    const free = (land.length ? this.near.getBounds() : this.bounds).extend(this.bounds).pad(0.05);
    this.map.setMaxBounds(free);
    openView(this);
    this.paintGround();
    placeNames(this);
  }

  // A pane with its own canvas: layers recolour and fade each by itself.
  pane(name, zIndex) {
    const pane = this.map.getPane(name) ?? this.map.createPane(name);
    pane.style.zIndex = zIndex;
    pane.style.pointerEvents = "none";
    const renderer = L.canvas({ pane: name, padding: 0.2 });
    const parts = L.layerGroup().addTo(this.map);
    return { pane, renderer, name, parts, remove: () => { parts.remove(); renderer.remove(); pane.remove(); delete this.map._panes[name]; } };
  }

  style(pane, options) {
    return { pane: pane.name, renderer: pane.renderer, interactive: false, smoothFactor: 0, lineJoin: "round", ...options };
  }

  async show(scene) {
    const turn = ++this.shown;
    this.scene = scene;
    await this.readyPatterns(scene.patterns);
    if (turn !== this.shown || !this.bounds) return;
    this.box.style.setProperty("--meguri-map-height", scene.height);
    // Fills are the same in both themes: over them a line keeps its dark ink also on dark paper.
    this.isFilled = scene.layers.some((layer) => layer.fills.length && layer.opacity >= 40);
    const wanted = new Set();
    scene.layers.forEach((layer, place) => {
      const name = `${layer.key}-${layer.geometry}`;
      wanted.add(name);
      const drawn = this.layers.get(name) ?? this.addLayer(name, layer);
      drawn.pane.style.zIndex = 400 - place;
      drawn.pane.style.opacity = layer.opacity / 100;
      this.paint(drawn, layer);
    });
    for (const [name, drawn] of this.layers) {
      if (!wanted.has(name)) {
        drawn.remove();
        this.layers.delete(name);
      }
    }
    this.paintMarks();
    writeFurniture(this);
    placeNames(this);
    if (scene.fit && scene.fit.token !== this.fitted) {
      const isFirst = this.fitted === null;
      this.fitted = scene.fit.token;
      const [south, west, north, east] = scene.fit.bounds;
      // A link's own view comes before the first request.
      if (!(isFirst && this.hasView)) {
        this.isUntouched = false;
        this.map.fitBounds([[south, west], [north, east]], { padding: [36, 36], maxZoom: 13, animate: !isFirst });
      }
    }
    this.box.dataset.shown = String(turn);
  }

  addLayer(name, layer) {
    const drawn = this.pane(`layer-${name}`, 400);
    drawn.shapes = layer.geometry === "cells" ? [] : this.geometries[layer.geometry].shapes.map((shape) => L.polygon(shape, this.style(drawn, { stroke: false, fill: false })));
    drawn.styles = drawn.shapes.map(() => "");
    this.layers.set(name, drawn);
    return drawn;
  }

  paint(drawn, layer) {
    if (layer.geometry === "cells") return this.paintImage(drawn, layer);
    const { codes } = this.geometries[layer.geometry];
    const line = { stroke: layer.line[2] > 0, color: layer.line[this.isDark && !this.isFilled ? 1 : 0], weight: layer.line[2], opacity: 1 };
    drawn.shapes.forEach((shape, i) => {
      const letter = layer.classes ? layer.classes.charCodeAt(i) : FILL_BLANK;
      const entry = letter === FILL_BLANK ? null : layer.fills[letter - FIRST_CLASS];
      // Only what changed is drawn again.
      const style = `${line.color}|${line.weight}|${entry ? entry.fill + entry.pattern : ""}`;
      if (style === drawn.styles[i]) return;
      drawn.styles[i] = style;
      const fillColor = entry ? (entry.pattern ? this.patterns.get(entry.pattern) : entry.fill) : undefined;
      // Lowland has no divide of its own to draw.
      const bare = !entry && codes[i] === "lowland";
      shape.setStyle({ ...line, stroke: line.stroke && !bare, fill: Boolean(entry), fillColor, fillOpacity: 1 });
      if (!drawn.parts.hasLayer(shape)) drawn.parts.addLayer(shape);
    });
    return undefined;
  }

  paintImage(drawn, layer) {
    if (!layer.image || drawn.image === layer.image) return;
    drawn.image = layer.image;
    drawn.pixels = null;
    if (drawn.overlay) {
      // The old picture stays until the new one is decoded: no flash.
      drawn.overlay.setUrl(layer.image);
      drawn.overlay.setBounds(layer.bounds);
    } else {
      drawn.overlay = L.imageOverlay(layer.image, layer.bounds, { pane: drawn.name, interactive: false, className: "meguri-map-cells", alt: "" });
      drawn.parts.addLayer(drawn.overlay);
    }
  }

  // Enlarged, a cell keeps its sharp edge; reduced, the browser's smoothing reads better than dropped pixels.
  sharpen() {
    this.box.classList.toggle("is-close", this.map.getZoom() >= CELL_ZOOM);
  }

  readyPatterns(patterns) {
    const missing = Object.entries(patterns).filter(([name]) => !this.patterns.has(name));
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
      this.patterns.set(name, pattern);
    }));
  }

  retheme() {
    const ground = getComputedStyle(this.box).getPropertyValue("--st-background-color").trim();
    this.isDark = isDarkColour(ground);
    this.paper = PAPERS[this.isDark ? "dark" : "light"];
    this.box.dataset.theme = this.isDark ? "dark" : "light";
    this.box.style.background = this.paper.sea;
    if (!this.bounds) return;
    this.paintGround();
    if (this.scene) this.show(this.scene);
  }

  paintGround() {
    const { near, land, coast } = this.paper;
    this.near.setStyle({ stroke: true, color: coast, weight: 0.8, fill: true, fillColor: near, fillOpacity: 1 });
    this.own.setStyle({ stroke: true, color: coast, weight: 1, fill: true, fillColor: land, fillOpacity: 1 });
  }

  // The chosen units and the marked point, above everything.
  paintMarks() {
    const wish = JSON.stringify([this.scene.chosen, this.scene.point, this.isDark]);
    if (wish === this.marked) return;
    this.marked = wish;
    this.marks.parts.clearLayers();
    const { accent, halo } = this.paper;
    for (const [geometry, code] of this.scene.chosen) {
      const number = this.geometries[geometry]?.number.get(code);
      if (number === undefined) continue;
      const shape = this.geometries[geometry].shapes[number];
      this.marks.parts.addLayer(L.polygon(shape, this.style(this.marks, { fill: false, color: halo, weight: 6, opacity: 0.9 })));
      this.marks.parts.addLayer(L.polygon(shape, this.style(this.marks, { fill: false, color: accent, weight: 3 })));
    }
    if (this.scene.point) this.markPoint(this.scene.point);
  }

  markPoint(point) {
    const { accent, halo } = this.paper;
    this.pointMarks?.forEach((mark) => mark.remove());
    const options = { fill: true, fillOpacity: 1, color: halo };
    this.pointMarks = [
      L.circleMarker(point, this.style(this.marks, { ...options, radius: 8, weight: 2, fillColor: accent })),
      L.circleMarker(point, this.style(this.marks, { ...options, radius: 3, weight: 0, fillColor: halo })),
    ];
    this.pointMarks.forEach((mark) => this.marks.parts.addLayer(mark));
  }

  choose(latlng) {
    this.marked = null;
    this.markPoint([latlng.lat, latlng.lng]);
    registry.events.get(this.key)?.({ lat: +latlng.lat.toFixed(5), lon: +latlng.lng.toFixed(5), view: viewOf(this) });
  }

  unitAt(geometry, latlng) {
    const units = this.geometries[geometry];
    if (!units) return -1;
    return units.shapes.findIndex((shape, i) => inBox(units.boxes[i], latlng) && inShape(shape, latlng));
  }

  // What lies under a point: the names, and the class of the topmost fill.
  namesAt(latlng) {
    const lang = this.scene?.lang ?? "ja";
    const found = ["municipality", "river_system"].map((geometry) => [geometry, this.unitAt(geometry, latlng)]).filter(([, i]) => i >= 0);
    const lines = found.map(([geometry, i]) => this.geometries[geometry][lang][i]);
    if (!lines.length) return [this.scene?.words.outside ?? ""];
    const top = this.scene.layers.find((layer) => layer.fills.length);
    const name = top && this.className(top, latlng);
    return name ? [...lines, `${top.title}: ${name}${top.unit ? ` ${top.unit}` : ""}`] : lines;
  }

  className(layer, latlng) {
    if (layer.geometry === "cells") return cellName(this, layer, latlng);
    const i = this.unitAt(layer.geometry, latlng);
    const letter = i < 0 || !layer.classes ? FILL_BLANK : layer.classes.charCodeAt(i);
    return letter === FILL_BLANK ? "" : layer.names[letter - FIRST_CLASS];
  }

  hover(event) {
    if (event.originalEvent?.pointerType === "touch" || this.hovering) return;
    this.hovering = requestAnimationFrame(() => {
      this.hovering = 0;
      if (!this.scene) return;
      const lines = this.namesAt(event.latlng);
      this.tip.replaceChildren(...lines.map((line) => element("div", "", line)));
      this.tip.hidden = false;
      const { x, y } = event.containerPoint;
      const left = x + this.tip.offsetWidth + 24 > this.box.clientWidth ? x - this.tip.offsetWidth - 14 : x + 16;
      const top = Math.min(y + 16, this.box.clientHeight - this.tip.offsetHeight - 8);
      this.tip.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
    });
  }

  unhover() {
    cancelAnimationFrame(this.hovering);
    this.hovering = 0;
    this.tip.hidden = true;
  }

  close() {
    clearTimeout(this.keeping);
    clearInterval(this.checking);
    this.opened = false;
    this.resizing.disconnect();
    this.map.remove();
    this.box.remove();
  }
}

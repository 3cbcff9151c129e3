// The stage: one Leaflet map that outlives every rerun. It holds the outlines; a scene (scene.js) tells it what to show.
// The vendored Leaflet (`L`), outlines.js, furniture.js, names.js, view.js, linked.js, cells.js, own.js, flows.js, painting.js and pointer.js are put in front of this
// file by the Python face.

const registry = (window.meguriMaps ??= { stages: new Map(), scenes: new Map(), events: new Map(), views: new Map() });

export default async function ({ data, parentElement }) {
  const split = data.indexOf(10);
  const header = JSON.parse(new TextDecoder().decode(data.subarray(0, split)));
  const present = registry.stages.get(header.key);
  if (present && present.host === parentElement) {
    if (present.version !== header.version) {
      present.version = header.version;
      const packed = await unpack(data.subarray(split + 1));
      if (!present.isClosed) {
        if (present.area !== header.area) forgetView(present);
        present.area = header.area;
        present.load(packed);
        // Its scene came first, and was shown on the outlines from before.
        const waiting = registry.scenes.get(header.key);
        if (waiting) present.show(waiting);
      }
    }
    if (!present.isClosed) present.retheme();
    return () => close(header.key, present);
  }
  const stage = new Stage(parentElement, header);
  registry.stages.set(header.key, stage);
  const packed = await unpack(data.subarray(split + 1));
  // The page may have been left while the outlines were unpacked.
  if (!stage.isClosed) {
    stage.load(packed);
    const waiting = registry.scenes.get(header.key);
    if (waiting) stage.show(waiting);
  }
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
    this.area = header.area;
    this.isTransient = Boolean(header.transient);
    // Maps of one group are locked to one view.
    this.group = header.linked ?? "";
    this.layers = new Map();
    this.geometries = {};
    this.patterns = new Map();
    this.fitted = null;
    this.framed = null;
    this.looked = null;
    this.isMoved = false;
    this.isReady = false;
    this.isClosed = false;
    this.shown = 0;
    this.box = element("div", "meguri-map");
    // Leaflet focuses it at every press and then puts the window's scrolling right, not that of what it lies in: the
    // map would move away under the pointer.
    this.box.focus = () => HTMLElement.prototype.focus.call(this.box, { preventScroll: true });
    host.append(this.box);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(this.box, {
      zoomControl: false, attributionControl: false, trackResize: false, zoomSnap: 0.25, zoomDelta: 0.75, wheelPxPerZoomLevel: 90,
      minZoom: 5, maxZoom: 15, zoomAnimation: !calm, fadeAnimation: false, inertia: !calm, maxBoundsViscosity: 1,
      keyboardPanDelta: 90,
    });
    addFurniture(this);
    this.resizing = new ResizeObserver(() => {
      unhover(this);
      foldFurniture(this);
      fitResized(this);
    });
    this.resizing.observe(this.box);
    this.retheme();
    this.listen();
    this.checking = setInterval(() => writeView(this), 2 * VIEW_DELAY_MS);
  }

  listen() {
    const map = this.map;
    map.on("click", (event) => choose(this, event.latlng));
    map.on("mousemove", (event) => hover(this, event));
    map.on("mouseout", () => unhover(this));
    map.on("zoomend viewreset", () => placeNames(this));
    map.on("zoomend viewreset", () => sharpen(this));
    watchMoves(this);
    linkView(this);
    this.box.addEventListener("keydown", (event) => {
      if (event.target !== this.box) return;
      this.box.classList.add("by-keyboard");
      if (event.key === "Enter") {
        event.preventDefault();
        choose(this, map.getCenter());
      }
    });
    // Leaflet focuses the box by itself on a press: only a focus without one comes from the keyboard.
    this.box.addEventListener("pointerdown", (event) => {
      this.pointer = event.pointerType;
      if (this.pointer === "touch") unhover(this);
      this.pressed = performance.now();
      this.box.classList.remove("by-keyboard");
    }, true);
    this.box.addEventListener("pointermove", (event) => { this.pointer = event.pointerType; }, { capture: true, passive: true });
    this.box.addEventListener("focus", () => {
      if (performance.now() - (this.pressed ?? -1000) > 500) this.box.classList.add("by-keyboard");
    });
    this.box.addEventListener("blur", () => this.box.classList.remove("by-keyboard"));
    map.on("moveend", () => {
      if (this.box.classList.contains("by-keyboard")) this.spoken.textContent = namesAt(this, map.getCenter()).join("、");
    });
  }

  load(packed) {
    // What is only to be found on the map may lose corners that no pixel shows; shared borders may not.
    this.smooth = packed.smooth ?? 0;
    this.bounds = L.latLngBounds([packed.bounds[1], packed.bounds[0]], [packed.bounds[3], packed.bounds[2]]);
    for (const layer of this.layers.values()) layer.remove();
    this.layers.clear();
    [this.marked, this.named] = [null, null];
    this.geometries = {};
    for (const [name, units] of Object.entries(packed.layers)) {
      const shapes = units.shapes.map((shape) => shape.map((rings) => rings.map((ring) => unpackRing(ring, packed.precision))));
      this.geometries[name] = { ...units, shapes, boxes: shapes.map(boxOf), number: new Map(units.codes.map((code, i) => [code, i])) };
    }
    this.cells = unpackCells(packed.cells);
    const land = packed.surroundings.map((rings) => rings.map((ring) => unpackRing(ring, packed.precision)));
    for (const part of [this.near, this.own, this.ground, this.marks]) part?.remove();
    this.ground = this.pane("ground", 210);
    this.near = L.polygon(land, this.style(this.ground, {})).addTo(this.map);
    this.own = L.polygon(this.geometries.prefecture.shapes.flat(), this.style(this.ground, {})).addTo(this.map);
    this.marks = this.pane("marks", 600);
    // Land is drawn farther out than one can move: where it ends stays out of sight on a high or a wide map, too.
    // On a coast the neighbours may lie to one side only: the area itself is always in.
    const [west, south, east, north] = packed.around ?? [];
    this.free = packed.around ? L.latLngBounds([south, west], [north, east]).pad(-0.004).extend(this.bounds.pad(0.15)) : this.bounds.pad(0.5);
    if (packed.free) this.free.extend([[packed.free[1], packed.free[0]], [packed.free[3], packed.free[2]]]);
    openView(this);
    paintGround(this);
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
    return { pane: pane.name, renderer: pane.renderer, interactive: false, smoothFactor: this.smooth, lineJoin: "round", ...options };
  }

  async show(scene) {
    const turn = ++this.shown;
    this.scene = scene;
    await readyPatterns(this, scene.patterns);
    if (turn !== this.shown || !this.bounds || this.isClosed) return;
    this.box.style.setProperty("--meguri-map-height", scene.height);
    // Fills are the same in both themes: over them a line keeps its dark ink also on dark paper.
    this.isFilled = scene.layers.some((layer) => layer.fills.length && layer.opacity >= 40);
    this.box.classList.toggle("is-filled", this.isFilled);
    const wanted = new Set();
    scene.layers.forEach((layer, place) => {
      // Shapes of a layer's own may still be on their way.
      if (layer.geometry !== "cells" && !unitsOf(this, layer.geometry)) return;
      const name = `${layer.key}-${layer.geometry}`;
      wanted.add(name);
      const drawn = this.layers.get(name) ?? this.addLayer(name, layer);
      drawn.pane.style.zIndex = 400 - place;
      drawn.pane.style.opacity = layer.opacity / 100;
      paintLayer(this, drawn, layer);
    });
    for (const [name, drawn] of this.layers) {
      if (!wanted.has(name)) {
        drawn.remove();
        this.layers.delete(name);
      }
    }
    paintMarks(this);
    writeFurniture(this);
    placeNames(this);
    const isFirst = !this.isReady;
    this.isReady = true;
    if (!lookAsAsked(this, scene, isFirst) && scene.fit && scene.fit.token !== this.fitted) {
      this.fitted = scene.fit.token;
      const [south, west, north, east] = scene.fit.bounds;
      // A link's own view comes before the first request.
      if (!(isFirst && this.hasView)) {
        this.isMoved = true;
        takeLead(this);
        frame(this, L.latLngBounds([south, west], [north, east]), { maxZoom: 13, animate: !isFirst });
      }
    } else if (isFirst && this.framed) {
      // Only now is it known how much room the legend takes.
      frame(this, this.framed.bounds, this.framed);
    }
    this.box.dataset.shown = String(turn);
  }

  addLayer(name, layer) {
    const drawn = this.pane(`layer-${name}`, 400);
    drawn.shapes = layer.geometry === "cells" ? [] : shapesOf(this, drawn, unitsOf(this, layer.geometry));
    drawn.styles = drawn.shapes.map(() => "");
    this.layers.set(name, drawn);
    return drawn;
  }

  retheme() {
    const ground = getComputedStyle(this.box).getPropertyValue("--st-background-color").trim();
    this.isDark = isDarkColour(ground);
    this.paper = PAPERS[this.isDark ? "dark" : "light"];
    this.box.dataset.theme = this.isDark ? "dark" : "light";
    this.box.style.background = this.paper.sea;
    if (!this.bounds) return;
    paintGround(this);
    if (this.scene) this.show(this.scene);
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.keeping);
    clearInterval(this.checking);
    this.opened = false;
    this.resizing.disconnect();
    this.map.remove();
    this.box.remove();
  }
}

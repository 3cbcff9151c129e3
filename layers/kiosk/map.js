// The live map beside the story: what it shows, where it looks, and which place a finger touches.

const registry = (window.meguriMaps ??= { stages: new Map(), scenes: new Map(), events: new Map(), views: new Map() });
// So many points each way tell in which basins a place lies.
const PROBES = 20;

// So much the stage itself leaves free around what it shows, and at the foot, in px.
const MARGIN = 24;
const FOOT = 44;

// Bounds that fill the picture, such that what is asked for lies below the legend in its corner or, where that leaves it
// larger, beside it. `room` is the picture's and the legend's size in px.
function clear([south, west, north, east], room) {
  const [width, height] = [room.width - 2 * MARGIN, room.height - MARGIN - FOOT];
  const [across, down] = [room.across - MARGIN / 2, room.down - MARGIN / 2];
  const middle = [(south + north) / 2, (west + east) / 2];
  // So much shorter than a degree of latitude is one of longitude.
  const narrowing = Math.cos((middle[0] * Math.PI) / 180);
  const [high, wide] = [north - south, (east - west) * narrowing];
  const below = Math.min(width / wide, (height - down) / high);
  const beside = Math.min((width - across) / wide, height / high);
  const perDegree = Math.max(below, beside);
  const [left, top] = beside > below ? [across, 0] : [0, down];
  const [x, y] = [(left + width) / 2, (top + height) / 2];
  const perDegreeEast = perDegree * narrowing;
  return [middle[0] - (height - y) / perDegree, middle[1] - x / perDegreeEast, middle[0] + y / perDegree, middle[1] + (width - x) / perDegreeEast];
}

class KioskMap {
  constructor(key, story, onTouch) {
    this.key = key;
    this.story = story;
    this.moves = 0;
    this.wish = "";
    registry.events.set(key, onTouch);
  }

  get stage() {
    return registry.stages.get(this.key);
  }

  // Show a scene: `chosen` outlines units, `painted` fills some in one colour, `bounds` is where to look (the whole area
  // where none are said), `room` is what a legend leaves of the picture, and `moved` names the reason to look there anew.
  show(scene, lang, { chosen = [], painted = null, bounds = null, room = null, moved }) {
    if (moved !== this.moved) {
      this.moved = moved;
      this.moves += 1;
    }
    const wish = JSON.stringify([scene.key, lang, chosen, painted, this.moves]);
    if (wish === this.wish) return;
    this.wish = wish;
    const own = scene.map[plainOf(lang)];
    const { same } = scene.map;
    const layers = same.layers.map((layer, i) => ({ ...layer, ...own.layers?.[i] }));
    const drawn = {
      ...same, ...own, chosen, height: "100%", words: this.story.map_words[plainOf(lang)],
      // One layer a geometry for all scenes: it is coloured anew in place, and no canvas comes and goes.
      layers: [...layers, ...this.paintedLayer(painted)].map((layer, i) => ({ ...layer, key: `kiosk${i}` })),
      fit: { token: `kiosk${this.moves}`, bounds: room ? clear(bounds ?? same.fit.bounds, room) : (bounds ?? same.fit.bounds) },
    };
    registry.scenes.set(this.key, drawn);
    this.stage?.show(drawn);
  }

  paintedLayer(painted) {
    const units = painted && this.stage?.geometries[painted.geometry];
    if (!units) return [];
    const codes = new Set(painted.codes);
    // In the colour of the land: between the painted units the line shows, around the others it does not.
    const { land } = this.stage.paper;
    const line = [land, land, 1.5];
    return [{
      geometry: painted.geometry, classes: units.codes.map((code) => (codes.has(code) ? "0" : ".")).join(""),
      fills: [{ fill: painted.fill, pattern: "" }], names: [""], title: "", unit: "", opacity: 80, line, cut: [...line, 7, 5],
    }];
  }

  // The place under a touch; nothing beyond the land.
  placeAt({ lat, lon }) {
    const code = this.codeAt("municipality", { lat, lng: lon });
    return code && this.story.places.find((place) => place.code === code);
  }

  // Where on the screen a touch was, in px.
  spotOf({ lat, lon }) {
    const { x, y } = this.stage.map.latLngToContainerPoint([lat, lon]);
    const box = this.stage.box.getBoundingClientRect();
    return { x: box.x + x, y: box.y + y };
  }

  codeAt(geometry, at) {
    const units = this.stage?.geometries[geometry];
    const i = units ? units.shapes.findIndex((shape, k) => inBox(units.boxes[k], at) && inShape(shape, at)) : -1;
    return i < 0 ? null : units.codes[i];
  }

  // What a rung of the ladder takes in around a place, and how far one has to look for it.
  reach(place, rung) {
    const chosen = [[place.geometry, place.code]];
    const { bounds } = place;
    const painted = (geometry, codes) => ({ geometry, codes, fill: rung.background });
    if (rung?.key === "community") return { chosen, bounds, painted: painted("community", this.communities(place)) };
    if (rung?.key === "municipality") return { chosen, bounds, painted: painted(place.geometry, [place.code]) };
    if (rung?.key === "basin") {
      const codes = this.basins(place);
      return { chosen, bounds: this.around(bounds, "river_system", codes), painted: painted("river_system", codes) };
    }
    if (rung?.key === "prefecture") return { chosen, painted: painted("prefecture", this.codes("prefecture")) };
    return rung ? { chosen } : { chosen, bounds };
  }

  codes(geometry) {
    return this.stage?.geometries[geometry]?.codes ?? [];
  }

  communities(place) {
    const units = this.stage?.geometries.community;
    return this.codes("community").filter((_, i) => {
      const [lat, lng] = units.at[i];
      return this.codeAt(place.geometry, { lat, lng }) === place.code;
    });
  }

  // The basins that the place lies in, but for slivers between the probes.
  basins(place) {
    const [south, west, north, east] = place.bounds;
    const found = new Set();
    for (let row = 0; row < PROBES; row++) {
      for (let column = 0; column < PROBES; column++) {
        const at = { lat: south + ((row + 0.5) / PROBES) * (north - south), lng: west + ((column + 0.5) / PROBES) * (east - west) };
        if (this.codeAt(place.geometry, at) === place.code) found.add(this.codeAt("river_system", at));
      }
    }
    return [...found].filter((code) => code && code !== "lowland").sort();
  }

  around(bounds, geometry, codes) {
    const units = this.stage?.geometries[geometry];
    return codes.reduce(([south, west, north, east], code) => {
      const box = units.boxes[units.number.get(code)];
      return [Math.min(south, box[0]), Math.min(west, box[1]), Math.max(north, box[2]), Math.max(east, box[3])];
    }, bounds);
  }

  close() {
    registry.events.delete(this.key);
    registry.scenes.delete(this.key);
  }
}

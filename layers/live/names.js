// Names on the map, by zoom.

// From these zooms on, names of a geometry are written.
const LABEL_ZOOM = { river_system: 8, municipality: 8, unit_basin: 12 };

// Their usual height, for which the room around them is told.
const NAME_PX = 14;
// A basin narrower than this on the screen is named when one looks closer.
const LEAST_BASIN_PX = 60;
// Below this zoom names keep more room to themselves: an overview is read by its largest names.
const CLOSE_ZOOM = 9.5;
const FAR_ROOM = 1.35;
// So many of the largest municipalities come before the largest river.
const TOWNS_FIRST = 4;
// A river's name lies below its basin's middle, or, where that is taken, somewhere else in the basin.
const RIVER_STEPS = [[0, 18], [0, -18], [0, 40], [0, -40], [-56, 0], [56, 0], [-56, 30], [56, 30], [-56, -30], [56, -30], [0, 64], [0, -64]];

// Names by zoom; where two would meet, the one of the larger unit stays. What is chosen is named before all others.
function placeNames(stage) {
  if (!stage.bounds || !stage.scene) return;
  const zoom = stage.map.getZoom();
  const shown = new Set(stage.scene.layers.map((layer) => layer.geometry));
  const water = shown.has("river_system") || shown.has("unit_basin");
  const wanted = [
    ["municipality", zoom >= LABEL_ZOOM.municipality],
    ["river_system", water && zoom >= LABEL_ZOOM.river_system],
    ["unit_basin", shown.has("unit_basin") && zoom >= LABEL_ZOOM.unit_basin],
  ].filter(([, visible]) => visible).map(([geometry]) => geometry);
  // Places on the map's panes count from the pixel origin, which moves with every reset.
  const wish = `${stage.scene.lang}|${wanted}|${zoom}|${stage.map.getPixelOrigin()}|${stage.scene.chosen}`;
  if (wish === stage.named) return;
  stage.named = wish;
  const taken = [];
  const spans = [];
  // Where the page writes them larger, each keeps more room to itself.
  const size = parseFloat(getComputedStyle(stage.names).fontSize) / NAME_PX;
  const room = zoom < CLOSE_ZOOM ? FAR_ROOM : 1;
  for (const { geometry, i, name } of ranked(stage, wanted)) {
    const half = { x: size * (name.length * (stage.scene.lang === "ja" ? 8 : 4.8) + 6), y: size * 13 };
    const centre = freePlace(stage, geometry, i, { taken, half, size, room });
    if (!centre) continue;
    taken.push({ ...centre, w: half.x, h: half.y });
    const span = element("span", `meguri-map-name ${geometry}`, name);
    span.style.transform = `translate(${Math.round(centre.x)}px, ${Math.round(centre.y)}px) translate(-50%, -50%)`;
    spans.push(span);
  }
  stage.names.replaceChildren(...spans);
}

// What is to be named, the most important first: the largest municipalities, then in turn the largest river and the next municipality.
function ranked(stage, wanted) {
  const chosen = new Set(stage.scene.chosen.map(([geometry, code]) => `${geometry} ${code}`));
  return wanted.flatMap((geometry, turn) => {
    const units = stage.geometries[geometry];
    const weight = (i) => units.people?.[i] || areaOf(units.boxes[i]);
    const order = units.codes.map((_, i) => i).filter((i) => units.codes[i] !== "lowland" && units.boxes[i]).sort((a, b) => weight(b) - weight(a));
    return order
      .map((i, rank) => ({ geometry, i, turn, rank: chosen.has(`${geometry} ${units.codes[i]}`) ? -1 : rank + (geometry === "municipality" ? 0 : TOWNS_FIRST), name: shortName(units[stage.scene.lang][i]) }))
      .filter(({ i, rank, name }) => name && (geometry === "municipality" || rank < 0 || widthOf(stage, units.boxes[i]) >= LEAST_BASIN_PX));
  }).sort((a, b) => a.rank - b.rank || a.turn - b.turn);
}

// Where a name may stand, apart from those that stand already; undefined where there is no such place.
function freePlace(stage, geometry, i, { taken, half, size, room }) {
  const units = stage.geometries[geometry];
  const at = stage.map.latLngToLayerPoint(units.at[i]);
  const isFree = ({ x, y }) => !taken.some((other) => Math.abs(other.x - x) < room * (other.w + half.x) && Math.abs(other.y - y) < room * (other.h + half.y));
  if (geometry === "municipality") return isFree(at) ? { x: at.x, y: at.y } : undefined;
  const places = RIVER_STEPS.map(([x, y]) => ({ x: at.x + size * x, y: at.y + size * y }));
  return places.find((place, step) => isFree(place) && (!step || inShape(units.shapes[i], stage.map.layerPointToLatLng([place.x, place.y]))));
}

function widthOf(stage, [south, west, north, east]) {
  const [low, high] = [stage.map.latLngToLayerPoint([south, west]), stage.map.latLngToLayerPoint([north, east])];
  return Math.max(high.x - low.x, low.y - high.y);
}

// What stands in brackets, and the word for basin, is for the card; the map needs the name.
const shortName = (name) => name.replace(/[（(].*$/, "").replace(/(流域| basin| system)\s*$/, "").trim();

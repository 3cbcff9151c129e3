// Names on the map, by zoom.

// From these zooms on, names of a geometry are written.
const LABEL_ZOOM = { river_system: 8.5, municipality: 9.5, unit_basin: 12 };

// Their usual height, for which the room around them is told.
const NAME_PX = 14;

// Names by zoom; where two would meet, the one of the larger unit stays.
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
  const wish = `${stage.scene.lang}|${wanted}|${zoom}|${stage.map.getPixelOrigin()}`;
  if (wish === stage.named) return;
  stage.named = wish;
  const taken = [];
  const spans = [];
  // Where the page writes them larger, each keeps more room to itself.
  const size = parseFloat(getComputedStyle(stage.names).fontSize) / NAME_PX;
  for (const geometry of wanted) {
    const units = stage.geometries[geometry];
    const order = units.codes.map((_, i) => i).filter((i) => units.codes[i] !== "lowland" && units.boxes[i]).sort((a, b) => areaOf(units.boxes[b]) - areaOf(units.boxes[a]));
    for (const i of order) {
      const name = shortName(units[stage.scene.lang][i]);
      if (!name) continue;
      const at = stage.map.latLngToLayerPoint(units.at[i]);
      const half = { x: size * (name.length * (stage.scene.lang === "ja" ? 8 : 4.8) + 6), y: size * 13 };
      const centre = { x: at.x, y: at.y + (geometry === "municipality" ? 0 : 18 * size) };
      if (taken.some((other) => Math.abs(other.x - centre.x) < other.w + half.x && Math.abs(other.y - centre.y) < other.h + half.y)) continue;
      taken.push({ ...centre, w: half.x, h: half.y });
      const span = element("span", `meguri-map-name ${geometry}`, name);
      span.style.transform = `translate(${Math.round(centre.x)}px, ${Math.round(centre.y)}px) translate(-50%, -50%)`;
      spans.push(span);
    }
  }
  stage.names.replaceChildren(...spans);
}

// What stands in brackets, and the word for basin, is for the card; the map needs the name.
const shortName = (name) => name.replace(/[（(].*$/, "").replace(/(流域| basin| system)\s*$/, "").trim();

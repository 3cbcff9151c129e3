// Where the map looks: from the address bar, kept there, moved on request, and never off the land that is drawn.

const VIEW_DELAY_MS = 300;
// Around an area that is to be seen whole, on a wide map and on a phone's.
const marginOf = (stage) => (stage.box.clientWidth > 560 ? 24 : 8);
// The scale bar and the sources stand there.
const FOOT_PX = 44;
// So much of the zoom is given for an area that does not lie under the legend.
const LEGEND_WORTH = 0.75;
const MOVING_KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "+", "=", "-", "_"]);

function openView(stage) {
  stage.map.invalidateSize({ animate: false, pan: false });
  setLimits(stage);
  const asked = new URL(location.href).searchParams.get("view");
  const numbers = asked?.split(",").map(Number) ?? [];
  const kept = registry.views.get(stage.key);
  if (joinView(stage)) {
    stage.framed = null;
  } else if (stage.isTransient) {
    frame(stage, stage.bounds);
  } else if (kept?.area === stage.area) {
    stage.hasView = true;
    stage.map.setView(kept.centre, kept.zoom, { animate: false });
  } else if (numbers.length === 3 && numbers.every(Number.isFinite) && Math.abs(numbers[0]) <= 85 && Math.abs(numbers[1]) <= 180) {
    stage.hasView = true;
    stage.map.setView([numbers[0], numbers[1]], numbers[2], { animate: false });
  } else {
    // Until somebody moves the map, the whole area stays in it, also while the page is still finding its widths.
    frame(stage, stage.bounds);
  }
  stage.opened = true;
  sharpen(stage);
}

// Show these bounds, clear of the legend where that costs little, and keep them in the map until somebody moves it.
function frame(stage, bounds, { animate = false, maxZoom = 15 } = {}) {
  stage.framed = { bounds, maxZoom };
  const { map, legend } = stage;
  const margin = marginOf(stage);
  const rooms = [{ left: margin, top: margin }];
  if (legend.open && !legend.hidden) {
    rooms.push({ left: legend.offsetLeft + legend.offsetWidth + 12, top: margin });
    rooms.push({ left: margin, top: legend.offsetTop + legend.offsetHeight + 8 });
  }
  const [plain, ...clear] = rooms.map((room) => {
    const zoom = zoomInto(map, bounds, room.left + margin, room.top + FOOT_PX);
    return { ...room, zoom: Math.min(zoom, maxZoom) };
  });
  const least = Math.max(plain.zoom - LEGEND_WORTH, map.getMinZoom());
  const best = clear.filter((room) => room.zoom >= least).sort((a, b) => b.zoom - a.zoom)[0];
  // A legend that would lie on the area waits to be opened, unless somebody has said otherwise.
  if (clear.length && !best && !legend.dataset.chosen) legend.open = false;
  const { zoom, left, top } = best ?? plain;
  const [low, high] = [map.project(bounds.getSouthWest(), zoom), map.project(bounds.getNorthEast(), zoom)];
  const shift = L.point((left - margin) / 2, (top - FOOT_PX) / 2);
  map.setView(map.unproject(low.add(high).divideBy(2).subtract(shift), zoom), zoom, { animate, reset: !animate });
  foldSources(stage, bounds);
}

// Sources that would lie on the area wait to be opened, unless somebody has said otherwise.
function foldSources({ map, sources, foot }, bounds) {
  if (!sources.open || sources.hidden || sources.dataset.chosen) return;
  const corner = map.latLngToContainerPoint(bounds.getSouthEast());
  const top = foot.offsetTop + sources.offsetTop;
  if (corner.x > foot.offsetLeft + sources.offsetLeft && corner.y > top) sources.open = false;
}

// Look exactly where a scene asks, once for each request; true where it was obeyed. A map that is drawn anew under the
// same request stays where a hand, or a link, has put it.
function lookAsAsked(stage, { look, fit }, isFirst) {
  const token = look?.token ?? null;
  if (token === stage.looked) return false;
  stage.looked = token;
  const kept = registry.views.get(stage.key);
  if (!look || (isFirst && stage.hasView && (!kept || kept.looked === token))) return false;
  // The request of bounds that came with it is settled, too.
  stage.fitted = fit?.token ?? stage.fitted;
  const [latitude, longitude, zoom] = look.view;
  takeHold(stage);
  takeLead(stage);
  stage.map.setView([latitude, longitude], zoom, { animate: false });
  return true;
}

// The zoom at which bounds fit in, whatever the map's own limits are.
function zoomInto(map, bounds, acrossPx, downPx) {
  const least = map.options.minZoom;
  map.options.minZoom = 0;
  const zoom = map.getBoundsZoom(bounds, false, L.point(acrossPx, downPx));
  map.options.minZoom = least;
  return zoom;
}

// As far out as the land that is drawn fills the map, and no farther off; the area itself always fits in.
function setLimits(stage) {
  const { map } = stage;
  const margin = marginOf(stage);
  map.options.minZoom = 0;
  const filled = map.getBoundsZoom(stage.free, true);
  map.options.minZoom = Math.min(filled, zoomInto(map, stage.bounds, 2 * margin, margin + FOOT_PX));
  // Put down, not by setMaxBounds: that begins to glide into the bounds at once, beside whoever is placing the map now.
  map.off("moveend", map._panInsideMaxBounds);
  map.options.maxBounds = stage.free;
  map.on("moveend", map._panInsideMaxBounds);
}

function fitResized(stage) {
  // Hidden, a map has no size to fit into; shown again, it is resized again.
  if (!stage.opened || !stage.box.clientWidth) return;
  // Leaflet keeps the middle to whole pixels only: many resizes would make it drift.
  const [centre, zoom] = [stage.map.getCenter(), stage.map.getZoom()];
  stage.map.off("moveend", stage.map._panInsideMaxBounds);
  stage.map.invalidateSize({ animate: false, pan: false });
  setLimits(stage);
  if (stage.framed) frame(stage, stage.framed.bounds, stage.framed);
  // What could not be followed at the size before can be now.
  else if (!rejoin(stage)) stage.map.setView(centre, zoom, { animate: false, reset: true });
}

// Somebody moves the map: from now on it stays where it is put.
function takeHold(stage) {
  stage.framed = null;
  stage.isMoved = true;
}

function watchMoves(stage) {
  const { map, box } = stage;
  map.on("dragstart boxzoomstart dblclick", () => takeHold(stage));
  box.addEventListener("wheel", () => takeHold(stage), { capture: true, passive: true });
  box.addEventListener("touchstart", (event) => { if (event.touches.length > 1) takeHold(stage); }, { capture: true, passive: true });
  box.addEventListener("keydown", (event) => { if (MOVING_KEYS.has(event.key)) takeHold(stage); }, true);
  map.on("moveend", () => keepView(stage));
}

function keepView(stage) {
  if (!stage.opened || !stage.isMoved || stage.isTransient) return;
  const [centre, zoom] = [stage.map.getCenter(), stage.map.getZoom()];
  registry.views.set(stage.key, { area: stage.area, centre, zoom, looked: stage.looked, isFramed: Boolean(stage.framed) });
  clearTimeout(stage.keeping);
  stage.keeping = setTimeout(() => writeView(stage), VIEW_DELAY_MS);
}

function viewOf(stage) {
  const centre = stage.map.getCenter();
  return [+centre.lat.toFixed(4), +centre.lng.toFixed(4), +stage.map.getZoom().toFixed(2)];
}

// Streamlit knows the address only as of its own last change and writes that back with the next one, an older view
// with it: what it put there is put right. Replaced, not pushed: panning leaves no trail of steps to go back through.
function writeView(stage) {
  if (!stage.opened || !leads(stage) || registry.views.get(stage.key)?.area !== stage.area) return;
  const address = new URL(location.href);
  const view = viewOf(stage).join(",");
  if (address.searchParams.get("view") === view) return;
  address.searchParams.set("view", view);
  replaceAddress(address);
}

// Another area is opened in the same map: where the map looked belongs to the one before.
function forgetView(stage) {
  registry.views.delete(stage.key);
  stage.hasView = stage.isMoved = stage.opened = false;
  const address = new URL(location.href);
  address.searchParams.delete("view");
  replaceAddress(address);
}

function replaceAddress(address) {
  history.replaceState(history.state, "", address.href.replaceAll("%2C", ",").replaceAll("%3A", ":"));
}

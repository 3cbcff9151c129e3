// Where the map looks: from the address bar, kept there, and moved on request.

const VIEW_DELAY_MS = 300;

function openView(stage) {
  const asked = new URL(location.href).searchParams.get("view");
  const numbers = asked?.split(",").map(Number) ?? [];
  const kept = registry.views.get(stage.key);
  if (kept) {
    stage.hasView = true;
    stage.map.setView(kept.centre, kept.zoom, { animate: false });
  } else if (numbers.length === 3 && numbers.every(Number.isFinite) && Math.abs(numbers[0]) <= 85 && Math.abs(numbers[1]) <= 180) {
    stage.hasView = true;
    stage.map.setView([numbers[0], numbers[1]], numbers[2], { animate: false });
  } else {
    // Until somebody touches the map, the whole area stays in it, also while the page is still finding its widths.
    stage.isUntouched = true;
    fitArea(stage, false);
  }
  stage.opened = true;
  stage.sharpen();
}

// The whole area, moved to the right edge: the legend lies at the left.
function fitArea(stage, animate) {
  const zoom = stage.map.getBoundsZoom(stage.bounds, false, L.point(24, 56));
  const [low, high] = [stage.map.project(stage.bounds.getSouthWest(), zoom), stage.map.project(stage.bounds.getNorthEast(), zoom)];
  const spare = Math.max(0, stage.map.getSize().x - (high.x - low.x) - 48) / 2;
  const shift = stage.box.clientWidth > 640 ? Math.min(spare, 150) : 0;
  const centre = stage.map.unproject(low.add(high).divideBy(2).subtract([shift, 0]), zoom);
  stage.map.setView(centre, zoom, { animate, reset: !animate });
}

function keepView(stage) {
  if (!stage.opened || stage.isUntouched) return;
  registry.views.set(stage.key, { centre: stage.map.getCenter(), zoom: stage.map.getZoom() });
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
  if (!stage.opened || !registry.views.has(stage.key)) return;
  const address = new URL(location.href);
  const view = viewOf(stage).join(",");
  if (address.searchParams.get("view") === view) return;
  address.searchParams.set("view", view);
  history.replaceState(history.state, "", address.href.replaceAll("%2C", ",").replaceAll("%3A", ":"));
}

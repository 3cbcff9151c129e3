// Maps locked to one view: the one that a hand is on leads, the others of its group follow, and never lead back.

const leaders = () => (registry.leaders ??= new Map());
const leads = (stage) => !stage.group || leaders().get(stage.group) === stage.key;

function takeLead(stage) {
  if (stage.group) leaders().set(stage.group, stage.key);
}

function companions(stage) {
  if (!stage.group) return [];
  return [...registry.stages.values()].filter((other) => other !== stage && other.group === stage.group && other.opened);
}

// A map that opens beside one that is there already looks where that one does; true where it found one.
function joinView(stage) {
  const others = companions(stage);
  const leader = others.find(leads) ?? others[0];
  if (!leader) {
    takeLead(stage);
    return false;
  }
  takeLead(leader);
  stage.hasView = leader.hasView;
  stage.map.setView(leader.map.getCenter(), leader.map.getZoom(), { animate: false });
  return true;
}

// A follower takes the leader's view again; false for a map that leads or is by itself.
function rejoin(stage) {
  const leader = leads(stage) ? undefined : companions(stage).find(leads);
  if (!leader) return false;
  if (!leader.map._animatingZoom) stage.map.setView(leader.map.getCenter(), leader.map.getZoom(), { animate: false, reset: true });
  return true;
}

function linkView(stage) {
  if (!stage.group) return;
  const { map, box } = stage;
  for (const kind of ["pointerdown", "touchstart", "wheel", "keydown"]) {
    box.addEventListener(kind, () => takeLead(stage), { capture: true, passive: true });
  }
  map.on("move", () => guide(stage, drift));
  map.on("moveend", () => guide(stage, settleAt));
  // What is pointed at on one is told on the others too: the place, and what it is there.
  map.on("mousemove", ({ latlng, originalEvent }) => {
    for (const other of companions(stage)) {
      if (other.box.clientWidth) hover(other, { latlng, originalEvent, containerPoint: other.map.latLngToContainerPoint(latlng) });
    }
  });
  map.on("mouseout", () => companions(stage).forEach(unhover));
  // A follower's own animation may end after the leader's, a part of a pixel beside it.
  map.on("zoomend", () => rejoin(stage));
  // An animated zoom says where it will end when it begins: all set out together.
  map.on("zoomanim", (event) => {
    if (leads(stage)) companions(stage).forEach((other) => settleAt(other, event.center, event.zoom, true));
  });
}

function guide(stage, follow) {
  if (!stage.opened || !leads(stage) || stage.map._animatingZoom) return;
  const [centre, zoom] = [stage.map.getCenter(), stage.map.getZoom()];
  companions(stage).forEach((other) => follow(other, centre, zoom));
}

// On the way, only what is drawn already is moved or stretched; it is drawn anew where the way ends.
function drift(other, centre, zoom) {
  const { map } = other;
  if (!other.box.clientWidth || map._animatingZoom) return;
  other.framed = null;
  unhover(other);
  if (map.getZoom() !== zoom) {
    map._move(centre, zoom, { pinch: true, round: false });
    return;
  }
  map._rawPanBy(map._getCenterOffset(centre).round());
  map.fire("move");
}

function settleAt(other, centre, zoom, animate = false) {
  if (!other.box.clientWidth) return;
  other.framed = null;
  other.map.setView(centre, zoom, { animate, reset: !animate });
}

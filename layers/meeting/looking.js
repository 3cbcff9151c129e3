// Tells the meeting where its map looks: the address has that too, but Streamlit does not hear of it.

const LEAVING = ["pointerout", "focusout"];
const PRESSING = ["pointerdown", "keydown"];
// So long a press has the server to itself.
const PRESSED_MS = 1_500;
// Twice the same: the map has come to rest.
const EVERY_MS = 150;
// What bounds of the same may differ by, between the outlines and a scene, in degrees.
const SAME_WITHIN = 0.02;

// What the map was asked last to show, and the view that it took on this screen; and the page last come from. They
// outlive the map: the wall has one of its own, which opens where the desk's was put.
let asked = { token: null, view: "" };
let carried = 0;

export default function ({ data, parentElement, setStateValue }) {
  parentElement.meguriLooking ??= new Looking();
  parentElement.meguriLooking.update(data, (found) => setStateValue("look", found));
  return () => {
    parentElement.meguriLooking?.close();
    delete parentElement.meguriLooking;
  };
}

class Looking {
  constructor() {
    this.told = null;
    this.pressed = 0;
    this.timer = setInterval(() => this.check(), EVERY_MS);
    // A word to the server just after a press would overtake it: told before, when the hand or the focus leaves the map.
    this.left = ({ target, relatedTarget }) => {
      if (isOnMap(target) && !isOnMap(relatedTarget)) this.check(true);
    };
    this.press = ({ target }) => {
      if (!isOnMap(target)) this.pressed = Date.now();
    };
    for (const kind of LEAVING) document.addEventListener(kind, this.left, true);
    for (const kind of PRESSING) document.addEventListener(kind, this.press, true);
  }

  update(data, tell) {
    this.data = data;
    this.tell = tell;
    this.carry();
  }

  // Look where the map of the page before did, as soon as there is a map to do so.
  carry() {
    const { carry, area, map } = this.data;
    const maps = window.meguriMaps;
    if (!maps || !carry || carry.number === carried) return;
    carried = carry.number;
    const leaders = [...(maps.leaders?.values() ?? [])];
    const from = carry.maps.find((key) => leaders.includes(key)) ?? carry.maps[0];
    const kept = maps.views.get(from);
    // A map that was framed and not moved since is framed here too, for this map's own size.
    if (kept?.area !== area || kept.isFramed) {
      maps.views.delete(map);
      return;
    }
    const { centre, zoom } = kept;
    maps.views.set(map, { area, centre, zoom, looked: null });
    this.carrying = { centre, zoom };
  }

  check(isLeaving = false) {
    const stage = window.meguriMaps?.stages.get(this.data?.map);
    if (!stage?.opened || !stage.isReady || !isSettled(stage, this.data)) return;
    if (stage.map._animatingZoom || stage.map._panAnim?._inProgress) return;
    if (this.carrying) {
      // The map may have opened before it was told.
      const { centre, zoom } = this.carrying;
      this.carrying = null;
      if (viewOf(stage.map.getCenter(), stage.map.getZoom()) !== viewOf(centre, zoom)) {
        stage.framed = null;
        stage.isMoved = true;
        stage.map.setView(centre, zoom, { animate: false });
      }
    }
    const view = viewOf(stage.map.getCenter(), stage.map.getZoom());
    const isAtRest = view === this.last;
    this.last = view;
    const { token, asked: wanted, home } = this.data;
    const isHome = Boolean(stage.framed?.bounds.equals(home, SAME_WITHIN));
    if (token !== asked.token || (isHome && !wanted)) {
      if (!isAtRest) return;
      asked = { token, view };
    }
    // What was asked for is that, however this screen could show it; without an item nothing was.
    const isAsAsked = token && view === asked.view;
    const found = { token, view: isAsAsked ? wanted : isHome ? "" : view };
    if (!isLeaving && (!isAtRest || Date.now() - this.pressed < PRESSED_MS)) return;
    // Of an item that it has not heard of, the server takes what was asked for.
    if (this.told && found.view === (this.told.token === token ? this.told.view : wanted)) return;
    this.told = found;
    this.tell(found);
  }

  close() {
    clearInterval(this.timer);
    for (const kind of LEAVING) document.removeEventListener(kind, this.left, true);
    for (const kind of PRESSING) document.removeEventListener(kind, this.press, true);
  }
}

const isOnMap = (node) => Boolean(node?.closest?.(".meguri-map"));

// Whether the map has done what the scene of this run asks of it.
function isSettled(stage, { look, fit }) {
  return look ? stage.looked === look : !fit || stage.fitted === fit;
}

function viewOf(centre, zoom) {
  return [+centre.lat.toFixed(5), +centre.lng.toFixed(5), +zoom.toFixed(2)].join(",");
}

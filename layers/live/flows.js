// Arrows over the map: bent bands from where an amount is to where it could go, as wide as it is large, with a head.

const FLOW_HALO_PX = 3.5;
const FLOW_EDGE_PX = 0.6;
// How far an arrow bends to the left of its way, as a share of its length: the way back lies beside it, not under it.
const FLOW_BEND = 0.16;
const FLOW_STEPS = 18;
// The head: broader than the band and longer than broad, in widths of the band, and never longer than this share of the way.
const FLOW_HEAD = { wide: 2.4, long: 2.3, least: 12, most: 0.6 };

// A path of two points, drawn on the screen as a bent arrow: its size is in pixels, whatever the zoom.
const FlowArrow = L.Polygon.extend({
  _projectLatlngs(latlngs, result, bounds) {
    const [from, to] = latlngs[0].map((at) => this._map.latLngToLayerPoint(at));
    const ring = arrowRing(from, to, this.options.width);
    ring.forEach((point) => bounds.extend(point));
    result.push(ring);
  },
});

// The outline of an arrow: one side of the band, the head, the other side.
function arrowRing(from, to, width) {
  const along = to.subtract(from);
  const length = Math.max(1, Math.hypot(along.x, along.y));
  const bend = L.point(along.y, -along.x).multiplyBy(FLOW_BEND);
  const middle = from.add(to).divideBy(2).add(bend);
  const at = (t) => from.multiplyBy((1 - t) ** 2).add(middle.multiplyBy(2 * t * (1 - t))).add(to.multiplyBy(t ** 2));
  // A short way makes a small arrow of the same shape.
  const band = Math.min(width, length / 4);
  const head = Math.min(Math.max(FLOW_HEAD.long * band, FLOW_HEAD.least), FLOW_HEAD.most * length);
  const neck = 1 - head / length;
  const [left, right] = [[], []];
  for (let i = 0; i <= FLOW_STEPS; i++) {
    const t = (neck * i) / FLOW_STEPS;
    const tangent = middle.subtract(from).multiplyBy(1 - t).add(to.subtract(middle).multiplyBy(t));
    const turn = L.point(-tangent.y, tangent.x).divideBy(Math.max(1e-6, Math.hypot(tangent.x, tangent.y)));
    // Thinner where it begins: the direction shows also where the head is hidden.
    const half = (band / 2) * (0.55 + 0.45 * (i / FLOW_STEPS));
    left.push(at(t).add(turn.multiplyBy(half)));
    right.unshift(at(t).subtract(turn.multiplyBy(half)));
    if (i === FLOW_STEPS) {
      const side = turn.multiplyBy(Math.max((FLOW_HEAD.wide * band) / 2, Math.min(5, head / 2)));
      left.push(at(t).add(side), to);
      right.unshift(at(t).subtract(side));
    }
  }
  return [...left, ...right];
}

// All arrows of one colour and width. The paper's halo keeps them readable on any fill, the thin edge on pale paper.
function paintFlows(stage, { colour, width, precision, shapes }) {
  const edge = PAPERS.light.ink;
  const looks = [
    { stroke: true, color: PAPERS.light.halo, weight: FLOW_HALO_PX, opacity: 0.95, fill: false },
    { stroke: true, color: edge, weight: FLOW_EDGE_PX, opacity: 0.8, fill: true, fillColor: colour, fillOpacity: 1 },
  ];
  for (const [steps] of shapes) {
    const way = unpackRing(steps, precision);
    for (const look of looks) stage.marks.parts.addLayer(new FlowArrow([way], stage.style(stage.marks, { ...look, width, noClip: true, smoothFactor: 0 })));
  }
}

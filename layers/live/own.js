// Layers that users brought: shapes and pictures of their own (own_message.js), beside the area's units.

const OWN_LINE_PX = 3;
const OWN_POINT_PX = 6;

// The units of a layer, the area's or its own; undefined while its own have not come yet.
function unitsOf(stage, geometry) {
  if (geometry in stage.geometries) return stage.geometries[geometry];
  const packed = registry.shapes?.get(stage.key)?.get(geometry);
  if (!packed) return undefined;
  const shapes = packed.shapes.map((shape) => shape.map((rings) => rings.map((ring) => unpackRing(ring, packed.precision))));
  const number = new Map(packed.codes.map((code, i) => [code, i]));
  stage.geometries[geometry] = { ...packed, shapes, boxes: shapes.map(boxOf), number };
  return stage.geometries[geometry];
}

function shapesOf(stage, drawn, units) {
  const bare = stage.style(drawn, { stroke: false, fill: false });
  if (units.kind === "image") {
    const [south, west, north, east] = units.corners;
    return [L.imageOverlay(units.image, [[south, west], [north, east]], { pane: drawn.name, className: "meguri-map-own" })];
  }
  if (units.kind === "lines") return units.shapes.map((shape) => L.polyline(shape.map((rings) => rings[0]), bare));
  if (units.kind === "points") return units.shapes.map((shape) => pointsOf(shape, bare));
  return units.shapes.map((shape) => L.polygon(shape, bare));
}

// One marker a part: a feature may be several points.
function pointsOf(shape, bare) {
  return L.featureGroup(shape.map((rings) => L.circleMarker(rings[0][0], { ...bare, radius: OWN_POINT_PX })));
}

// How a unit of this kind is drawn in its class; null draws nothing, undefined leaves it to the area's own rules.
function ownStyle(stage, units, entry) {
  if (units.kind === "lines") return entry && { stroke: true, fill: false, color: entry.fill, weight: OWN_LINE_PX };
  if (units.kind === "points") {
    return entry && { stroke: true, color: stage.paper.ink, weight: 1, fill: true, fillColor: entry.fill, fillOpacity: 1 };
  }
  return undefined;
}

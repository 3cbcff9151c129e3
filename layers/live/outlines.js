// Outlines: unpacking them, and what lies under a point.

function unpackRing(steps, precision) {
  const ring = [];
  let lon = 0;
  let lat = 0;
  for (let i = 0; i < steps.length; i += 2) {
    lon += steps[i];
    lat += steps[i + 1];
    ring.push([lat * precision, lon * precision]);
  }
  return ring;
}

function boxOf(shape) {
  const points = shape.flatMap((rings) => rings[0]);
  if (!points.length) return null;
  const [lats, lons] = [points.map((p) => p[0]), points.map((p) => p[1])];
  return [Math.min(...lats), Math.min(...lons), Math.max(...lats), Math.max(...lons)];
}

const areaOf = (box) => (box[2] - box[0]) * (box[3] - box[1]);
const inBox = (box, at) => box && at.lat >= box[0] && at.lat <= box[2] && at.lng >= box[1] && at.lng <= box[3];

function inShape(shape, at) {
  return shape.some((rings) => rings.reduce((inside, ring) => inside !== inRing(ring, at), false));
}

function inRing(ring, at) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i], ring[j]];
    if (a[0] > at.lat !== b[0] > at.lat && at.lng < ((b[1] - a[1]) * (at.lat - a[0])) / (b[0] - a[0]) + a[1]) inside = !inside;
  }
  return inside;
}

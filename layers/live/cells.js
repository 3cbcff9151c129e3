// The mesh as a picture: every 1 km cell a rectangle on one canvas, repainted in place, and cut to the land.

// Pixels along a cell's side, fewer where a large area would outgrow what a canvas may hold.
const CELL_PX = 16;
const CANVAS_PX = 4096;

// Mercator's ordinate as a share of the world's width, north up.
const ordinate = (lat) => Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);

function unpackCells({ rows, columns, per_degree: [perLat, perLon] }) {
  const running = (steps) => { let sum = 0; return Int32Array.from(steps, (step) => (sum += step)); };
  const [rowOf, columnOf] = [running(rows), running(columns)];
  // One by one: spread out as arguments, the cells of a whole country are too many.
  const span = (numbers) => numbers.reduce(([low, high], n) => [Math.min(low, n), Math.max(high, n)], [Infinity, -Infinity]);
  const [[south, north], [west, east]] = [span(rowOf), span(columnOf)];
  const number = new Map(Array.from(rowOf, (row, i) => [`${row},${columnOf[i]}`, i]));
  return { rowOf, columnOf, number, perLat, perLon, south, west, high: north - south + 1, wide: east - west + 1 };
}

function paintCells(stage, drawn, layer) {
  const { cells } = stage;
  if (!cells.rowOf.length) return;
  const wish = JSON.stringify([layer.classes, layer.fills]);
  if (wish === drawn.cellStyle) return;
  drawn.cellStyle = wish;
  drawn.picture ??= openPicture(stage, drawn);
  const { canvas, px, top } = drawn.picture;
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.save();
  context.clip(drawn.picture.land, "evenodd");
  const paths = layer.fills.map(() => new Path2D());
  for (let i = 0; i < cells.rowOf.length; i++) {
    const letter = layer.classes.charCodeAt(i);
    if (letter === FILL_BLANK) continue;
    const row = cells.rowOf[i] - cells.south;
    // Whole pixels, each edge the neighbour's: no seams.
    paths[letter - FIRST_CLASS].rect((cells.columnOf[i] - cells.west) * px, top[row + 1], px, top[row] - top[row + 1]);
  }
  layer.fills.forEach(({ fill, pattern }, i) => {
    context.fillStyle = pattern ? stage.patterns.get(pattern) : fill;
    context.fill(paths[i]);
  });
  context.restore();
}

// The canvas in its place, the pixel row of each parallel (the southernmost first), and the outline of the land.
function openPicture(stage, drawn) {
  const { south, west, high, wide, perLat, perLon } = stage.cells;
  const px = Math.max(1, Math.min(CELL_PX, Math.floor(CANVAS_PX / Math.max(high, wide))));
  const canvas = element("canvas", "meguri-map-cells");
  canvas.width = wide * px;
  canvas.height = high * px;
  const latOf = (row) => (south + row) / perLat;
  const lonOf = (column) => 100 + (west + column) / perLon;
  const [low, up] = [ordinate(latOf(0)), ordinate(latOf(high))];
  const yOf = (lat) => ((up - ordinate(lat)) / (up - low)) * canvas.height;
  const xOf = (lon) => ((lon - lonOf(0)) * perLon) * px;
  const top = Array.from({ length: high + 1 }, (_, row) => Math.round(yOf(latOf(row))));
  const land = new Path2D();
  for (const ring of stage.geometries.prefecture.shapes.flat(2)) {
    ring.forEach(([lat, lon], i) => land[i ? "lineTo" : "moveTo"](xOf(lon), yOf(lat)));
    land.closePath();
  }
  // Leaflet's overlay of a given element: made for SVG, it takes a canvas as well.
  const bounds = [[latOf(0), lonOf(0)], [latOf(high), lonOf(wide)]];
  drawn.parts.addLayer(L.svgOverlay(canvas, bounds, { pane: drawn.name, interactive: false }));
  return { canvas, px, top, land };
}

// The class of the cell under a point; the sea of a cell has none.
function cellName(stage, layer, latlng) {
  const { perLat, perLon, number } = stage.cells;
  const i = number.get(`${Math.floor(latlng.lat * perLat)},${Math.floor((latlng.lng - 100) * perLon)}`);
  if (i === undefined || unitAt(stage, "prefecture", latlng) < 0) return "";
  const letter = layer.classes.charCodeAt(i);
  return letter === FILL_BLANK ? "" : layer.names[letter - FIRST_CLASS];
}

// The square code of a link, drawn on a canvas: rows of hexadecimal digits, the leftmost module the highest bit.

const QUIET = 4;
const MODULE_PX = 8;

function drawCode(canvas, { size, rows }) {
  const side = (size + 2 * QUIET) * MODULE_PX;
  if (canvas.drawn === rows) return;
  canvas.drawn = rows;
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, side, side);
  context.fillStyle = "#000000";
  const digits = Math.ceil(size / 4);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const digit = parseInt(rows[row * digits + (column >> 2)], 16);
      if ((digit >> (3 - (column & 3))) & 1) {
        context.fillRect((column + QUIET) * MODULE_PX, (row + QUIET) * MODULE_PX, MODULE_PX, MODULE_PX);
      }
    }
  }
}

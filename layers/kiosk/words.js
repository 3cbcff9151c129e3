// Words in three languages, with readings over Chinese characters: always as text, never as markup.

// Easy Japanese has the map's names and the visitor's links in plain Japanese.
const plainOf = (lang) => (lang === "en" ? "en" : "ja");

function part(tag, className = "", ...inside) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...inside);
  return node;
}

// A number and its % stay on one line.
const fill = (text, params) => text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole).replaceAll(" %", "\u00a0%");

// Parts of a line: plain text as it is, [base, reading] as ruby.
function pieces(line, params = {}) {
  const parts = Array.isArray(line) ? line : [line];
  return parts.map((piece) => {
    if (!Array.isArray(piece)) return fill(piece, params);
    return part("ruby", "", piece[0], part("rt", "", piece[1]));
  });
}

// The line as it is read out and compared: without the readings.
function plain(line, params = {}) {
  const parts = Array.isArray(line) ? line : [line ?? ""];
  return parts.map((piece) => (Array.isArray(piece) ? piece[0] : fill(piece, params))).join("");
}

// Write words into a node, unless they stand there already; without words the node is out of sight.
function write(node, words, lang, params = {}) {
  const line = words?.[lang] ?? "";
  const wish = JSON.stringify([line, params]);
  if (node.written === wish) return;
  node.written = wish;
  node.hidden = !plain(line);
  node.replaceChildren(...pieces(line, params));
}

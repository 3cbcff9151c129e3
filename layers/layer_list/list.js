// The list of layers: groups, swatches, a box to tick; order and opacity on demand. Python decides, this only asks.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".meguri-layers") ?? parentElement.appendChild(part("div", "meguri-layers"));
  const open = new Set([...root.querySelectorAll("details[open]")].map((row) => row.dataset.key));
  const focus = document.activeElement?.closest?.(".meguri-layers") === root ? document.activeElement.id : "";
  const tell = (key, action, value = null) => setTriggerValue("change", { key, action, value });
  root.replaceChildren(...data.groups.map((group) => section(group, data, open, tell)));
  if (focus) document.getElementById(focus)?.focus();
}

function section(group, data, open, tell) {
  const block = part("fieldset");
  block.append(part("legend", "", group.title), ...group.rows.map((row) => layer(row, data.words, open, tell)));
  return block;
}

function layer(row, words, open, tell) {
  const line = part("div", row.missing ? "row missing" : "row");
  const label = part("label");
  const box = part("input");
  box.type = "checkbox";
  box.id = `meguri-layer-${row.key}`;
  box.checked = row.place > 0;
  box.disabled = row.missing;
  box.addEventListener("change", () => tell(row.key, box.checked ? "show" : "hide"));
  const swatch = part("i", row.line ? "line" : "");
  swatch.style.background = row.swatch;
  if (row.line) swatch.style.height = `${Math.max(2, row.line * 1.4)}px`;
  label.append(box, swatch, part("span", "", row.title));
  line.append(label);
  if (row.missing) line.append(part("em", "", words.missing));
  if (row.place > 0) line.append(details(row, words, open, tell));
  return line;
}

function details(row, words, open, tell) {
  const more = part("details");
  more.dataset.key = row.key;
  more.open = open.has(row.key);
  const summary = part("summary", "", "⋯");
  summary.setAttribute("aria-label", `${row.title}: ${words.more}`);
  summary.title = words.more;
  const range = part("input");
  Object.assign(range, { type: "range", min: 10, max: 100, step: 5, value: row.opacity, id: `meguri-opacity-${row.key}` });
  range.setAttribute("aria-label", `${row.title}: ${words.opacity}`);
  const figure = part("output", "", `${row.opacity} %`);
  range.addEventListener("input", () => { figure.textContent = `${range.value} %`; });
  range.addEventListener("change", () => tell(row.key, "opacity", Number(range.value)));
  const fade = part("div", "fade");
  fade.append(part("span", "", words.opacity), range, figure);
  const moves = part("div", "moves");
  for (const [action, sign] of [["up", "↑"], ["down", "↓"]]) {
    const move = part("button", "", `${sign} ${words[action]}`);
    move.type = "button";
    move.id = `meguri-${action}-${row.key}`;
    move.disabled = action === "up" ? row.place === 1 : row.last;
    move.addEventListener("click", () => tell(row.key, action));
    moves.append(move);
  }
  more.append(summary, fade, moves);
  return more;
}

function part(tag, className = "", words = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

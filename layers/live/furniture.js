// What lies on the map besides the map: buttons, legend, scale bar, sources, tooltip, cross-hair, spoken line.

// On a map narrower than these, legend and sources are folded; one that is so much higher than wide has room above the area.
const LEGEND_WIDTH_PX = 560;
const LEGEND_HEIGHT_SHARE = 1.6;
const SOURCES_WIDTH_PX = 1100;

function addFurniture(stage) {
  stage.buttons = element("div", "meguri-map-buttons");
  stage.zoomIn = button("+", () => { takeHold(stage); stage.map.zoomIn(); });
  stage.zoomOut = button("−", () => { takeHold(stage); stage.map.zoomOut(); });
  stage.home = button("⌂", () => frame(stage, stage.bounds, { animate: true }));
  stage.buttons.append(stage.zoomIn, stage.zoomOut, stage.home);
  stage.legend = element("details", "meguri-map-legend");
  stage.foot = element("div", "meguri-map-foot");
  stage.sources = element("details", "meguri-map-sources");
  for (const part of [stage.legend, stage.sources]) part.addEventListener("click", () => { part.dataset.chosen = "yes"; });
  stage.tip = element("div", "meguri-map-tip");
  stage.tip.hidden = true;
  stage.cross = element("div", "meguri-map-cross");
  stage.spoken = element("div", "meguri-map-spoken");
  stage.spoken.setAttribute("role", "status");
  stage.scale = L.control.scale({ imperial: false, maxWidth: 120, position: "bottomleft" }).addTo(stage.map);
  stage.foot.append(stage.scale.getContainer(), stage.sources);
  for (const part of [stage.buttons, stage.legend, stage.foot, stage.tip, stage.cross, stage.spoken]) stage.box.append(part);
  for (const part of [stage.buttons, stage.legend, stage.foot]) {
    L.DomEvent.disableClickPropagation(part);
    L.DomEvent.disableScrollPropagation(part);
  }
  stage.names = stage.map.createPane("names");
  stage.names.classList.add("meguri-map-names", "leaflet-zoom-hide");
  stage.names.style.zIndex = 620;
}

function writeFurniture(stage) {
  const { words, legend, sources } = stage.scene;
  stage.box.setAttribute("role", "application");
  stage.box.setAttribute("aria-label", `${words.aria} ${words.keys}`);
  for (const [part, word] of [[stage.zoomIn, "zoom_in"], [stage.zoomOut, "zoom_out"], [stage.home, "home"]]) {
    part.setAttribute("aria-label", words[word]);
    part.title = words[word];
  }
  const wish = JSON.stringify([legend, sources, words]);
  if (wish === stage.furnished) return;
  stage.furnished = wish;
  const blocks = legend.map((block) => {
    const part = element("section");
    if (block.title) part.append(element("p", "title", block.title), element("p", "", block.note));
    const list = element("ul");
    for (const entry of block.entries) {
      const item = element("li");
      const swatch = element("i", entry.is_line ? "line" : "");
      swatch.style.background = entry.background;
      item.append(swatch, element("span", "", entry.label));
      list.append(item);
    }
    part.append(list);
    return part;
  });
  stage.legend.hidden = !blocks.length;
  stage.legend.replaceChildren(element("summary", "", words.legend), ...blocks);
  stage.sources.hidden = !sources.length;
  const list = element("ul");
  list.append(...sources.map((line) => element("li", "", line)));
  stage.sources.replaceChildren(element("summary", "", `ⓘ ${words.sources}`), list);
}

// On a small map legend and sources wait to be opened, unless somebody has said otherwise.
function foldFurniture(stage) {
  const { clientWidth: width, clientHeight: height } = stage.box;
  if (!stage.legend.dataset.chosen) stage.legend.open = width > LEGEND_WIDTH_PX || height > LEGEND_HEIGHT_SHARE * width;
  if (!stage.sources.dataset.chosen) stage.sources.open = width > SOURCES_WIDTH_PX;
}

function element(tag, className = "", words = "") {
  const part = document.createElement(tag);
  if (className) part.className = className;
  if (words) part.textContent = words;
  return part;
}

function button(sign, act) {
  const part = element("button", "", sign);
  part.type = "button";
  part.addEventListener("click", act);
  return part;
}

function isDarkColour(colour) {
  const probe = element("canvas").getContext("2d");
  probe.fillStyle = colour || "#ffffff";
  const hex = probe.fillStyle;
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

// What lies under the pointer: its names, told without the server, and the choice of a place.

function choose(stage, latlng) {
  // Outside the area there is nothing to choose: what is chosen stays marked.
  if (unitAt(stage, "prefecture", latlng) >= 0) {
    stage.marked = null;
    markPoint(stage, [latlng.lat, latlng.lng]);
  }
  registry.events.get(stage.key)?.({ lat: +latlng.lat.toFixed(5), lon: +latlng.lng.toFixed(5), view: viewOf(stage) });
}

function unitAt(stage, geometry, latlng) {
  const units = stage.geometries[geometry];
  // What is drawn as a line, a point or a picture has no inside to point at.
  if (!units || (units.kind && units.kind !== "polygons")) return -1;
  return units.shapes.findIndex((shape, i) => inBox(units.boxes[i], latlng) && inShape(shape, latlng));
}

// What lies under a point: the names, and the class of the topmost fill. A community's name holds its municipality's.
function namesAt(stage, latlng) {
  const shown = new Set(stage.scene?.layers.map((layer) => layer.geometry));
  const asked = [shown.has("community") ? "community" : "municipality", "river_system", ...(shown.has("unit_basin") ? ["unit_basin"] : [])];
  const found = asked.map((geometry) => [geometry, unitAt(stage, geometry, latlng)]).filter(([, i]) => i >= 0);
  const lines = found.map(([geometry, i]) => nameOf(stage, geometry, i));
  if (!lines.length) return [stage.scene?.words.outside ?? ""];
  const top = stage.scene.layers.find((layer) => layer.fills.length);
  const name = top && className(stage, top, latlng);
  return name ? [...lines, `${top.title}: ${name}${top.unit ? ` ${top.unit}` : ""}`] : lines;
}

function nameOf(stage, geometry, i) {
  const units = stage.geometries[geometry];
  const name = units[stage.scene?.lang ?? "ja"][i];
  return units.estimated.includes(i) ? (stage.scene?.words.name_estimated ?? "{name}").replace("{name}", () => name) : name;
}

function className(stage, layer, latlng) {
  if (layer.geometry === "cells") return cellName(stage, layer, latlng);
  const i = unitAt(stage, layer.geometry, latlng);
  const letter = i < 0 || !layer.classes ? FILL_BLANK : layer.classes.charCodeAt(i);
  return letter === FILL_BLANK ? "" : withCertainty(stage, layer, i, layer.names[letter - FIRST_CLASS]);
}

// A closing scale with how sure it is.
function withCertainty(stage, layer, i, name) {
  const { letters = "", words = [] } = layer.certainty ?? {};
  const word = words[letters.charCodeAt(i) - FIRST_CLASS];
  return word ? (stage.scene.words.with_certainty ?? "{name}: {word}").replace("{name}", () => name).replace("{word}", () => word) : name;
}

function hover(stage, event) {
  // After a tap the browser makes up mouse movements; a finger covers what it points at.
  if (stage.hovering || stage.pointer === "touch") return;
  // Over the legend and the buttons it is not the map that is pointed at.
  if ([stage.legend, stage.buttons, stage.foot].some((part) => part.contains(event.originalEvent.target))) {
    unhover(stage);
    return;
  }
  stage.hovering = requestAnimationFrame(() => {
    stage.hovering = 0;
    if (!stage.scene) return;
    const lines = namesAt(stage, event.latlng);
    stage.tip.replaceChildren(...lines.map((line) => element("div", "", line)));
    stage.tip.hidden = false;
    const { x, y } = event.containerPoint;
    const left = x + stage.tip.offsetWidth + 24 > stage.box.clientWidth ? x - stage.tip.offsetWidth - 14 : x + 16;
    const top = Math.min(y + 16, stage.box.clientHeight - stage.tip.offsetHeight - 8);
    stage.tip.style.transform = `translate(${Math.max(4, left)}px, ${top}px)`;
  });
}

function unhover(stage) {
  cancelAnimationFrame(stage.hovering);
  stage.hovering = 0;
  stage.tip.hidden = true;
}

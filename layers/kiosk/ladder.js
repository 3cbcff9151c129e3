// The ladder as a picture: one bar that fills from rung to rung, and the list of all resources' bars.

const SIGNS = {
  water: "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z",
  heat: "M12 3c1 4 5 5 5 11a5 5 0 0 1-10 0c0-3 2-4 2-6 2 1 2 3 2 4 2-2 2-5 1-9z",
  power: "M13 2 5 14h6l-2 8 9-12h-6z",
  household_electricity: "M3 11 12 4l9 7v10H3zM13 9l-4 6h6l-3 5",
  wood: "M3 8h13v8H3zM19 8a3 4 0 0 1 0 8 3 4 0 0 1 0-8z",
  rice: "M12 21V8M12 12c-4 0-5-2-5-5 4 0 5 2 5 5zm0 0c4 0 5-2 5-5-4 0-5 2-5 5zm0 5c-4 0-5-2-5-5 4 0 5 2 5 5zm0 0c4 0 5-2 5-5-4 0-5 2-5 5zM12 7c-2-2-2-3 0-5 2 2 2 3 0 5z",
  vegetables: "M4 20c1-6 4-11 8-12 3 0 5 2 4 5-2 4-7 6-12 7zM14 8c0-3 2-5 5-5M16 10c2-2 4-2 5-1",
  compost: "M5 8h14l-2 13H7zM3 8h18M9 4h6v4M10 12v5M14 12v5",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7v.5",
  other: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z",
};
const SVG = "http://www.w3.org/2000/svg";

function sign(icon) {
  const box = document.createElementNS(SVG, "svg");
  box.setAttribute("viewBox", "0 0 24 24");
  box.setAttribute("aria-hidden", "true");
  box.append(document.createElementNS(SVG, "path"));
  drawSign(box, icon);
  return box;
}

function drawSign(box, icon) {
  box.firstChild.setAttribute("d", SIGNS[icon] ?? SIGNS.other);
}

// A sign of the resource's own where there is one, else that of its kind.
const signOf = (story, key) => (key in SIGNS ? key : story.resources[key].icon);

// The steps that add something to the bar.
const partsOf = (steps) => steps.filter(({ share }) => share > 0);

class Bar {
  constructor(rungs) {
    this.box = part("div", "mk-bar");
    this.box.setAttribute("role", "img");
    this.parts = new Map(rungs.map(({ key, background }) => {
      const piece = part("i");
      piece.style.background = background;
      piece.style.width = "0%";
      return [key, piece];
    }));
    this.box.append(...this.parts.values());
  }

  // Fill up to a step (all where none is said); `label` is read out.
  show(steps, upTo = steps.length - 1, label = "") {
    const shares = new Map(steps.slice(0, upTo + 1).map(({ rung, share }) => [rung, share]));
    for (const [rung, piece] of this.parts) piece.style.width = `${100 * (shares.get(rung) ?? 0)}%`;
    this.box.setAttribute("aria-label", label);
  }
}

// What a bar's colours say: of each part its name and, where a bar is told, its share.
class Key {
  constructor(rungs) {
    this.rungs = rungs;
    this.box = part("ul", "mk-key");
  }

  show(steps, lang) {
    const wish = JSON.stringify([steps, lang]);
    if (wish === this.furnished) return;
    this.furnished = wish;
    this.box.hidden = !steps.length;
    this.box.replaceChildren(...steps.map(({ rung, own }) => {
      const { name, background } = this.rungs.find(({ key }) => key === rung);
      const swatch = part("i");
      swatch.style.background = background;
      const share = own === undefined ? [] : [part("b", "", `${own}\u00a0%`)];
      return part("li", "", swatch, part("span", "", ...pieces(name[lang])), ...share);
    }));
  }
}

// One row a resource: its sign and name, its bar, and where it closes. Rows are kept and filled anew.
class Bars {
  constructor(story) {
    this.story = story;
    this.box = part("ol", "mk-bars");
    this.rows = [];
  }

  show(bars, lang) {
    while (this.rows.length < bars.length) this.rows.push(this.row());
    this.rows.forEach((row, i) => {
      row.item.hidden = !bars[i];
      if (!bars[i]) return;
      const resource = this.story.resources[bars[i].resource];
      drawSign(row.sign, signOf(this.story, bars[i].resource));
      write(row.name, resource.name, lang);
      write(row.said, bars[i].said, lang);
      row.bar.show(bars[i].steps, undefined, plain(bars[i].said[lang]));
    });
  }

  row() {
    const row = { sign: sign("other"), name: part("b"), said: part("span"), bar: new Bar(this.story.rungs) };
    row.item = part("li", "", row.sign, row.name, row.said, row.bar.box);
    this.box.append(row.item);
    return row;
  }
}

// The header's "?" with its menu, and the card of the first visit: a strip over the page's first words, never over them.
const SEEN = "meguri.guide";
// Between the blocks of a page.
const GAP_PX = 16;

const seen = () => {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    // Where nothing can be kept, it would come at every visit.
    return true;
  }
};

function remember() {
  try {
    localStorage.setItem(SEEN, "seen");
  } catch {
    // Nothing can be kept here.
  }
}

function element(name, of = {}, ...inside) {
  const { role, label, ...rest } = of;
  const node = Object.assign(document.createElement(name), rest);
  if (role) node.setAttribute("role", role);
  if (label) node.setAttribute("aria-label", label);
  node.append(...inside);
  return node;
}

function drawCard(held, { focus = false } = {}) {
  const { card, data, step } = held;
  const { words, steps } = data;
  if (step === null) {
    card.hidden = true;
    return;
  }
  const isLast = step === steps.length - 1;
  const next = element("button", { type: "button", className: "main", textContent: isLast ? words.done : words.next });
  const skip = element("button", { type: "button", textContent: words.skip });
  const back = element("button", { type: "button", textContent: words.back, disabled: step === 0 });
  const go = (to) => {
    held.step = to;
    drawCard(held, { focus: true });
  };
  const leave = () => {
    remember();
    held.step = null;
    drawCard(held);
    held.ask.focus({ preventScroll: true });
  };
  next.onclick = () => (isLast ? leave() : go(step + 1));
  back.onclick = () => go(step - 1);
  skip.onclick = leave;
  card.onkeydown = (event) => {
    if (event.key === "Escape") leave();
    if (event.key === "Escape" || event.key.startsWith("Arrow")) event.stopPropagation();
    if (event.key === "ArrowRight" && !isLast) go(step + 1);
    if (event.key === "ArrowLeft" && step > 0) go(step - 1);
  };
  const buttons = element("div", { className: "buttons" }, ...(isLast ? [back, next] : [skip, back, next]));
  // Every step has the room of the longest: the buttons stay under the finger, the page where it is.
  const all = steps.map(([title, told], at) => {
    const count = words.step.replace("{at}", at + 1).replace("{of}", steps.length);
    const heading = element("h2", { textContent: title, tabIndex: -1 });
    const parts = [element("small", { textContent: count }), heading, element("p", { textContent: told })];
    return element("div", { className: at === step ? "told" : "told other" }, ...parts);
  });
  card.replaceChildren(element("div", { className: "steps" }, ...all), buttons);
  card.hidden = false;
  if (focus) all[step].querySelector("h2").focus();
}

function drawMenu(held, go) {
  const { menu, data } = held;
  const { words } = data;
  const again = element("button", { type: "button", textContent: words.again });
  again.onclick = () => {
    shut(held);
    held.step = 0;
    drawCard(held, { focus: true });
  };
  const about = element("button", { type: "button", textContent: words.about });
  about.onclick = () => {
    shut(held);
    go();
  };
  const keys = element("dl");
  for (const [key, told] of data.keys) keys.append(element("dt", {}, element("kbd", { textContent: key })), element("dd", { textContent: told }));
  menu.replaceChildren(element("h2", { textContent: words.title }), again, about, element("h3", { textContent: words.keys }), keys);
}

// What is made as high as the window (the map page) leaves out what the card takes.
function giveRoom({ offsetHeight: height }) {
  document.documentElement.style.setProperty("--guide-room", `${height && height + GAP_PX}px`);
}

function shut(held) {
  held.menu.hidden = true;
  held.ask.setAttribute("aria-expanded", "false");
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-guide]");
  const held = (root.held ??= {});
  held.data = data;
  // Streamlit says English whatever is shown; a screen reader chooses its voice by this.
  document.documentElement.lang = data.lang;
  if (!held.ask) {
    held.ask = element("button", { type: "button", className: "ask", textContent: "?" });
    held.menu = element("div", { className: "menu", role: "dialog", hidden: true });
    held.card = element("section", { className: "card", hidden: true });
    new ResizeObserver(() => giveRoom(held.card)).observe(held.card);
    held.ask.onclick = () => {
      if (!held.menu.hidden) return shut(held);
      drawMenu(held, () => setTriggerValue("go", "about"));
      held.menu.hidden = false;
      held.ask.setAttribute("aria-expanded", "true");
      held.menu.querySelector("button").focus();
    };
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || held.menu.hidden) return;
      shut(held);
      held.ask.focus();
    });
    addEventListener("pointerdown", (event) => {
      if (!held.menu.hidden && !event.composedPath().includes(root)) shut(held);
    });
    held.ask.setAttribute("aria-expanded", "false");
    root.replaceChildren(held.ask, held.menu, held.card);
    held.step = seen() ? null : 0;
  }
  if (data.reopen) held.step = 0;
  held.ask.title = data.words.ask;
  held.ask.setAttribute("aria-label", data.words.ask);
  held.menu.setAttribute("aria-label", data.words.title);
  held.card.setAttribute("aria-label", data.words.title);
  const isIn = held.card.contains(document.activeElement);
  drawCard(held, { focus: isIn || data.reopen });
}

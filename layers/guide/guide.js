// The header's "?" with its menu, and the card of the first visit: beside the page, never over it as a dialog.
const SEEN = "meguri.guide";

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
  const [title, told] = steps[step];
  const isLast = step === steps.length - 1;
  const count = words.step.replace("{at}", step + 1).replace("{of}", steps.length);
  const heading = element("h2", { textContent: title, tabIndex: -1 });
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
  card.replaceChildren(element("small", { textContent: count }), heading, element("p", { textContent: told }), buttons);
  card.hidden = false;
  if (focus) heading.focus({ preventScroll: true });
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
    held.card = element("aside", { className: "card", hidden: true });
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

// Copies a figure with its citation. A figure is any element with data-cite (layers/cite/marks.py), shadow roots included.
const cite = (window.meguriCite ??= {});
const SHOWN_MS = 3500;

const figureOf = (event) => event.composedPath().find((node) => node.dataset?.cite !== undefined);

function figures(root = document) {
  const found = [];
  for (const node of root.querySelectorAll("*")) {
    if (node.dataset?.cite !== undefined && node.getClientRects().length) found.push(node);
    if (node.shadowRoot) found.push(...figures(node.shadowRoot));
  }
  return found;
}

const filled = (pattern, values) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

function today() {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

export function citation(node) {
  const { words, areas, view } = { ...cite.sources, view: cite.view };
  const told = node.dataset;
  const area = areas[told.citeArea || view.area] ?? Object.values(areas)[0];
  const resource = area.resources[told.citeOf];
  const years = told.citeYears || resource?.years || "";
  return filled(resource ? words.pattern : words.plain, {
    place: told.citePlace || view.place,
    label: told.cite,
    value: told.citeValue,
    years: years ? filled(words.years, { years }) : "",
    threshold: view.threshold,
    scenario: view.scenario,
    sources: told.citeSources || resource?.sources || area.sources,
    dataset: area.name,
    hash: area.hash,
    date: today(),
    url: location.href,
  });
}

function say(words, quoted = "") {
  const { toast } = cite;
  toast.replaceChildren(Object.assign(document.createElement("b"), { textContent: words }));
  if (quoted) toast.append(Object.assign(document.createElement("span"), { textContent: quoted }));
  toast.hidden = false;
  clearTimeout(cite.timer);
  cite.timer = setTimeout(() => (toast.hidden = true), SHOWN_MS);
}

function select(words) {
  const { box } = cite;
  const text = Object.assign(document.createElement("textarea"), { value: words, readOnly: true, rows: 5 });
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: cite.sources.words.close });
  const note = Object.assign(document.createElement("p"), { textContent: cite.sources.words.select });
  const back = cite.deepest();
  const leave = () => {
    box.hidden = true;
    back?.focus?.({ preventScroll: true });
  };
  close.onclick = leave;
  box.onkeydown = (event) => {
    if (event.key === "Escape") leave();
    event.stopPropagation();
  };
  text.setAttribute("aria-label", cite.sources.words.select);
  box.replaceChildren(note, text, close);
  box.hidden = false;
  text.focus();
  text.select();
}

async function copy(node) {
  const words = citation(node);
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    return select(words);
  }
  say(cite.sources.words.copied, words);
}

function point(node) {
  const { button } = cite;
  cite.node = node;
  if (!node?.isConnected) return void (button.hidden = true);
  const box = node.getBoundingClientRect();
  button.hidden = box.bottom < 0 || box.top > innerHeight;
  button.style.top = `${Math.max(0, box.top + box.height / 2 - button.offsetHeight / 2)}px`;
  // Beside the figure where there is room, so that it covers as little of it as can be.
  button.style.left = `${Math.min(document.documentElement.clientWidth - button.offsetWidth - 4, box.right + 4)}px`;
}

const isTyping = (event) => {
  const node = event.composedPath()[0];
  return node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.nodeName) && node.type !== "range";
};

cite.deepest = () => {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  return node;
};

// With neither focus nor pointer on a figure: one is chosen with the arrows.
function walk(step) {
  const all = figures();
  if (!all.length) return say(cite.sources.words.nothing);
  const here = all.indexOf(cite.deepest());
  const next = all[(here + step + all.length) % all.length];
  if (!next.hasAttribute("tabindex")) next.setAttribute("tabindex", "-1");
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  point(next);
}

function pressed(event) {
  if (!cite.root?.isConnected || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const own = figureOf(event);
  const isWalking = own && own === cite.deepest() && own.getAttribute("tabindex") === "-1";
  if (isWalking && /^Arrow(Up|Down)$/.test(event.key)) {
    event.preventDefault();
    return walk(event.key === "ArrowDown" ? 1 : -1);
  }
  if (isWalking && event.key === "Escape") return void (own.blur(), point(null));
  if (event.key !== "c" && event.key !== "C") return;
  // Streamlit has a shortcut of its own on this key.
  event.stopImmediatePropagation();
  const node = own ?? (cite.node?.isConnected ? cite.node : null);
  if (node) return void copy(node);
  walk(1);
  say(cite.sources.words.walk);
}

function begin() {
  addEventListener("keydown", pressed, { capture: true });
  document.addEventListener("pointerover", (event) => {
    if (!cite.root?.isConnected) return;
    if (event.composedPath().includes(cite.button)) return;
    const node = figureOf(event);
    if (node !== cite.node) point(node);
  });
  document.addEventListener("focusin", (event) => {
    if (cite.root?.isConnected && !event.composedPath().includes(cite.button)) point(figureOf(event) ?? null);
  });
  document.addEventListener("scroll", () => cite.root?.isConnected && cite.node && point(cite.node), { capture: true, passive: true });
  cite.isOn = true;
}

export default function ({ data, parentElement }) {
  cite.sources = data;
  const root = parentElement.querySelector("[data-cite-root]");
  if (!root.firstChild) {
    const make = (name, of) => root.appendChild(Object.assign(document.createElement(name), of));
    cite.button = make("button", { type: "button", className: "cite-button", hidden: true, tabIndex: -1 });
    cite.button.onclick = () => cite.node && copy(cite.node);
    cite.toast = make("div", { className: "cite-toast", hidden: true });
    cite.toast.setAttribute("role", "status");
    cite.box = make("div", { className: "cite-box", hidden: true });
    cite.box.setAttribute("role", "dialog");
  }
  cite.root = root;
  cite.button.textContent = data.words.copy;
  cite.button.title = data.words.copy_full;
  cite.button.setAttribute("aria-label", data.words.copy_full);
  cite.box.setAttribute("aria-label", data.words.copy_full);
  if (!cite.isOn) begin();
}

// Draws markup that Python wrote, patching what is there instead of replacing it: bars grow, rows slide, focus stays.
// The same bytes at every run: the browser keeps them, and every ladder on the page (ladder.js) is drawn by this one script.
const SLIDE = { duration: 320, easing: "ease-out" };

function patchAttributes(node, wanted) {
  for (const { name } of [...node.attributes]) if (!wanted.hasAttribute(name)) node.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

function alike(node, wanted) {
  return node.nodeType === wanted.nodeType && node.nodeName === wanted.nodeName &&
    (node.dataset?.key ?? "") === (wanted.dataset?.key ?? "");
}

function patchChildren(parent, wantedParent) {
  const keyed = new Map([...parent.children].filter((c) => c.dataset.key).map((c) => [c.dataset.key, c]));
  let at = parent.firstChild;
  for (const wanted of [...wantedParent.childNodes]) {
    const key = wanted.dataset?.key;
    let node = key ? keyed.get(key) : at;
    if (!node || !alike(node, wanted)) {
      node = document.importNode(wanted, true);
      parent.insertBefore(node, at);
      continue;
    }
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.data !== wanted.data) node.data = wanted.data;
    } else {
      patchAttributes(node, wanted);
      patchChildren(node, wanted);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function draw(sheet, { data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector("[data-root]");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const before = new Map([...root.querySelectorAll("[data-slides]")].map((n) => [n.dataset.key, n.getBoundingClientRect().top]));
  const scope = root.getRootNode();
  if (!scope.adoptedStyleSheets.includes(sheet)) scope.adoptedStyleSheets.push(sheet);
  const held = scope.activeElement && root.contains(scope.activeElement) ? scope.activeElement : null;

  const wanted = document.createElement("template");
  wanted.innerHTML = data.html;
  patchChildren(root, wanted.content);
  if (held?.isConnected && scope.activeElement !== held) held.focus({ preventScroll: true });

  for (const node of calm ? [] : root.querySelectorAll("[data-slides]")) {
    const from = before.get(node.dataset.key);
    const moved = from === undefined ? 0 : from - node.getBoundingClientRect().top;
    if (Math.abs(moved) > 1) node.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], SLIDE);
  }

  root.onclick = (event) => {
    const picked = event.target.closest("[data-resource]");
    if (!picked || picked.getAttribute("aria-current") === "true") return;
    for (const other of root.querySelectorAll('[aria-current="true"]')) other.removeAttribute("aria-current");
    picked.setAttribute("aria-current", "true");
    // Whoever can show the choice ahead of the server's answer does (the map).
    dispatchEvent(new CustomEvent("meguri-choice", { detail: picked.dataset.resource }));
    setTriggerValue("resource", picked.dataset.resource);
  };
}

export default function ({ data }) {
  const ladders = (window.meguriLadders ??= { waiting: new Map() });
  if (ladders.css === data.css) return;
  const sheet = ladders.sheet ?? new CSSStyleSheet();
  sheet.replaceSync(data.css);
  Object.assign(ladders, { css: data.css, sheet, draw: (ladder) => draw(sheet, ladder) });
  ladders.waiting.forEach(ladders.draw);
  ladders.waiting.clear();
}

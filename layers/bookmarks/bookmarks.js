// Views kept in this browser's own storage: the page's name and its query, never an address of elsewhere.
const STORE = "meguri.bookmarks";
// Of the person who looks, or of the screen; not of the view.
const NOT_KEPT = ["lang", "mode"];

export function checked(found, { pages, longest, most }) {
  if (!Array.isArray(found)) return [];
  return found
    .filter((one) => one && typeof one.name === "string" && typeof one.query === "string" && Object.hasOwn(pages, one.page))
    .map((one) => ({ name: one.name.slice(0, longest), page: one.page, query: viewOf(one.query) }))
    .slice(0, most);
}

function viewOf(query) {
  const found = new URLSearchParams(query);
  NOT_KEPT.forEach((each) => found.delete(each));
  return found.toString();
}

function read(data) {
  try {
    return checked(JSON.parse(localStorage.getItem(STORE) ?? "[]"), data);
  } catch {
    return [];
  }
}

function write(marks) {
  try {
    localStorage.setItem(STORE, JSON.stringify(marks));
    return true;
  } catch {
    return false;
  }
}

// The app may be served under a path of its own: what stands before this page's own name.
function base(data) {
  const path = location.pathname.replace(/\/+$/, "");
  const last = path.slice(path.lastIndexOf("/") + 1);
  return last && (Object.hasOwn(data.pages, last) || last === data.page || last === "map" || last === "start") ? path.slice(0, path.lastIndexOf("/") + 1) : `${path}/`;
}

function addressOf(mark, data) {
  const query = new URLSearchParams(mark.query);
  if (data.lang !== "ja") query.set("lang", data.lang);
  const told = query.toString();
  return `${base(data)}${mark.page}${told ? `?${told}` : ""}`;
}

function element(name, of = {}, ...inside) {
  const { role, label, ...rest } = of;
  const node = Object.assign(document.createElement(name), rest);
  if (role) node.setAttribute("role", role);
  if (label) node.setAttribute("aria-label", label);
  node.append(...inside);
  return node;
}

// The page and the place looked at, which the view's own few words bring (layers/cite): so this script's stay the same.
function proposed({ proposed: pattern, pages, page }) {
  const place = window.meguriCite?.view?.place;
  const title = pages[page] ?? "";
  return place ? pattern.replace("{page}", title).replace("{place}", () => place) : title;
}

function draw(root, held) {
  const { data, panel } = held;
  const { words } = data;
  const marks = read(data);
  const keep = (changed, said = "", undo = null) => {
    held.said = write(changed) ? said : words.not_kept;
    held.undo = undo;
    draw(root, held);
  };

  const name = element("input", { type: "text", maxLength: data.longest, value: held.typed ?? proposed(data), label: words.name });
  name.oninput = () => (held.typed = name.value);
  const add = element("button", { type: "submit", className: "main", textContent: words.add });
  const form = element("form", {}, element("label", {}, element("span", { textContent: words.name }), name), add);
  form.onsubmit = (event) => {
    event.preventDefault();
    if (marks.length >= data.most) {
      held.said = words.full;
      return draw(root, held);
    }
    const mark = { name: name.value.trim() || proposed(data), page: data.page, query: viewOf(location.search) };
    const isKept = write([mark, ...marks]);
    // What was typed stays where it could not be kept.
    held.typed = isKept ? undefined : name.value;
    held.said = isKept ? words.added : words.not_kept;
    held.undo = null;
    draw(root, held);
    panel.querySelector("input")?.focus();
  };

  const list = element("ul");
  marks.forEach((mark, at) => {
    if (held.renaming === at) {
      const field = element("input", { type: "text", maxLength: data.longest, value: mark.name, label: words.name });
      const save = element("button", { type: "submit", textContent: words.save });
      const stop = element("button", { type: "button", textContent: words.cancel });
      const own = element("form", {}, field, save, stop);
      stop.onclick = () => ((held.renaming = null), draw(root, held));
      own.onsubmit = (event) => {
        event.preventDefault();
        held.renaming = null;
        keep(marks.map((each) => (each === mark ? { ...each, name: field.value.trim() || each.name } : each)));
      };
      list.append(element("li", {}, own));
      queueMicrotask(() => field.select());
      return;
    }
    const link = element("a", { href: addressOf(mark, data), target: "_self", textContent: mark.name, title: data.pages[mark.page] });
    const rename = element("button", { type: "button", textContent: words.rename, label: `${words.rename}: ${mark.name}` });
    const remove = element("button", { type: "button", textContent: words.remove, label: `${words.remove}: ${mark.name}` });
    rename.onclick = () => ((held.renaming = at), draw(root, held));
    remove.onclick = () => {
      keep(marks.filter((each) => each !== mark), words.removed.replace("{name}", mark.name), marks);
      panel.querySelector(".undo")?.focus();
    };
    list.append(element("li", {}, link, element("small", { textContent: data.pages[mark.page] }), rename, remove));
  });

  const said = element("p", { className: "said", role: "status", textContent: held.said ?? "" });
  if (held.undo) {
    const undo = element("button", { type: "button", className: "undo", textContent: words.undo });
    const before = held.undo;
    undo.onclick = () => keep(before);
    said.append(" ", undo);
  }
  const files = drawFiles(held, marks, keep, (said) => {
    held.said = said;
    held.undo = null;
    draw(root, held);
  });
  const close = element("button", { type: "button", className: "close", textContent: "×", label: words.close });
  close.onclick = () => shut(held);
  panel.replaceChildren(
    element("div", { className: "head" }, element("h2", { textContent: words.title }), close),
    form,
    said,
    marks.length ? list : element("p", { className: "fine", textContent: words.none }),
    files,
    element("p", { className: "fine", textContent: words.note }),
  );
}

function drawFiles(held, marks, keep, tell) {
  const { data } = held;
  const { words } = data;
  const save = element("button", { type: "button", textContent: words.to_file, disabled: !marks.length });
  save.onclick = () => download(marks);
  const input = element("input", { type: "file", accept: ".json,application/json", hidden: true });
  input.onchange = async () => {
    if (!input.files.length) return;
    try {
      const brought = await marksOfFile(input.files[0], data);
      // Kept ones as they are by now: reading took its time.
      const kept = read(data);
      const all = merged(kept, brought, data);
      const count = all.length - kept.length;
      if (count) keep(all, words.brought.replace("{count}", count), kept);
      else tell(words.nothing_new);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tell(words[error.word].replace(/\{(\w+)\}/g, (_, name) => error.values[name]));
    }
    // The panel was drawn anew: the keyboard stays in it.
    held.panel.querySelector(".undo, .bring")?.focus();
  };
  const bring = element("button", { type: "button", className: "bring", textContent: words.from_file });
  bring.onclick = () => input.click();
  return element("div", { className: "files" }, save, bring, input);
}

function shut(held) {
  held.panel.hidden = true;
  held.button.setAttribute("aria-expanded", "false");
  held.button.focus();
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("[data-marks]");
  const held = (root.held ??= {});
  held.data = data;
  if (!held.button) {
    held.button = element("button", { type: "button", className: "star" });
    held.panel = element("div", { className: "panel", role: "dialog", hidden: true });
    held.button.onclick = () => {
      if (!held.panel.hidden) return shut(held);
      Object.assign(held, { said: "", undo: null, renaming: null, typed: undefined });
      held.panel.hidden = false;
      held.button.setAttribute("aria-expanded", "true");
      draw(root, held);
      held.panel.querySelector("input").focus();
    };
    root.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Escape" && !held.panel.hidden) shut(held);
    };
    // Elsewhere pressed: it goes, as every panel does.
    addEventListener("pointerdown", (event) => {
      if (!held.panel.hidden && !event.composedPath().includes(root)) {
        held.panel.hidden = true;
        held.button.setAttribute("aria-expanded", "false");
      }
    });
    root.replaceChildren(held.button, held.panel);
    held.button.setAttribute("aria-expanded", "false");
  }
  held.button.textContent = "☆";
  held.button.title = data.words.open;
  held.button.setAttribute("aria-label", data.words.open);
  held.panel.setAttribute("aria-label", data.words.title);
  if (!held.panel.hidden && !held.panel.contains(document.activeElement)) draw(root, held);
}

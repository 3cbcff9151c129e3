// The wall's keys and buttons. What only this screen sees (help, blank, full screen, zoom) happens here at once; the rest
// is asked of the server: which item, which panel, leaving the wall.

// Two presses of a remote in quick succession are two steps, also where the first has not been answered yet.
const ANSWER_MS = 4000;
const MAP_KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "+", "=", "-", "_", "Enter"]);
const RANGE_KEYS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", " "]);
const REPEATABLE = new Set(["zoom_in", "zoom_out"]);
const NO_TEXT = new Set(["range", "button", "checkbox", "radio", "submit", "reset"]);

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.meguriWall ??= new Wall(parentElement);
  parentElement.meguriWall.update(data, (value) => setTriggerValue("key", value));
  return () => {
    parentElement.meguriWall?.close();
    delete parentElement.meguriWall;
  };
}

class Wall {
  constructor(host) {
    this.host = host;
    this.bar = part("div", "wall-buttons");
    this.said = part("div", "wall-said");
    this.said.setAttribute("role", "status");
    host.append(this.bar, this.said);
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey);
    this.onFull = () => this.mark();
    document.addEventListener("fullscreenchange", this.onFull);
  }

  update(data, ask) {
    const wish = JSON.stringify([data.lang, data.buttons]);
    const before = this.data;
    this.data = data;
    this.ask = ask;
    if (wish !== this.drawn) {
      this.drawn = wish;
      this.draw();
    }
    if (data.place === this.target) this.target = 0;
    this.mark();
    if (before && before.panel !== data.panel) this.enterPanel();
  }

  draw() {
    this.buttons = new Map(this.data.buttons.map(({ action, sign, name }) => {
      const button = part("button", `wall-button ${action}`);
      button.type = "button";
      button.append(part("span", "name", name), part("kbd", "", sign));
      button.setAttribute("aria-keyshortcuts", sign);
      button.addEventListener("click", (event) => {
        this.act(action);
        // Pressed by hand it does not keep the focus: the next space bar is a step, not the same button again.
        if (event.detail) button.blur();
      });
      return [action, button];
    }));
    this.bar.replaceChildren(...this.buttons.values());
  }

  mark() {
    const { place, total, panel } = this.data;
    const at = this.target || place;
    for (const [action, button] of this.buttons) {
      if (action === "previous") button.disabled = at <= 1;
      else if (action === "next") button.disabled = at >= total;
      else if (action === "full") button.setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
      else if (["notes", "hands", "assumptions"].includes(action)) button.setAttribute("aria-pressed", String(panel === action));
    }
  }

  key(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (this.cover) {
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      this.take(event);
      if (!event.repeat) this.uncover();
      return;
    }
    const action = this.data.keys[name];
    if (!action || (event.shiftKey && ["F5", " "].includes(event.key))) return;
    const at = event.composedPath()[0];
    if (typesInto(at)) {
      // Out of the field, back to the wall's keys.
      if (action === "leave") {
        this.take(event);
        at.blur();
        this.panelBox()?.focus({ preventScroll: true });
      }
      return;
    }
    if (at.type === "range" && RANGE_KEYS.has(event.key)) return;
    if (event.key === " " && at.closest?.("button, a, summary, [role=button], [role=radio], [role=tab], [role=checkbox], input")) return;
    if (event.key.startsWith("Arrow") && at.closest?.("[role=radiogroup], [role=tablist], [role=listbox], [role=slider]")) return;
    if (at.closest?.(".meguri-map") && MAP_KEYS.has(event.key)) return;
    // Lists and dialogs that lie over the page keep their keys.
    if (at.closest?.("[role=dialog], [data-baseweb=popover], [role=option]") && !at.closest(".wall-help")) return;
    this.take(event);
    if (!event.repeat || REPEATABLE.has(action)) this.act(action);
  }

  take(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  act(action) {
    const { place, total, panel } = this.data;
    const from = this.target || place;
    if (this.help && action !== "help" && action !== "leave") this.closeHelp();
    if (action === "next") this.go(from + 1);
    else if (action === "previous") this.go(from - 1);
    else if (action === "first") this.go(1);
    else if (action === "last") this.go(total);
    else if (action === "blank") this.blank();
    else if (action === "full") this.full();
    else if (action === "help") this.help ? this.closeHelp() : this.openHelp();
    else if (action === "zoom_in") this.zoom(0);
    else if (action === "zoom_out") this.zoom(1);
    else if (action === "leave") this.leave();
    else this.ask({ action: "panel", panel: panel === action ? "" : action });
  }

  // The item is asked for by its place: however often it is asked, it is the same one.
  go(wanted) {
    const { place, total } = this.data;
    const target = Math.min(Math.max(wanted, 1), total);
    if (!total || target === (this.target || place)) return;
    this.target = target;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => { this.target = 0; this.mark(); }, ANSWER_MS);
    this.mark();
    this.ask({ action: "go", place: target });
  }

  leave() {
    if (this.help) this.closeHelp();
    else if (this.data.panel) this.ask({ action: "panel", panel: "" });
    else {
      if (document.fullscreenElement) document.exitFullscreen();
      this.ask({ action: "leave" });
    }
  }

  zoom(number) {
    document.querySelectorAll(`.st-key-${this.data.map}_map .meguri-map-buttons button`)[number]?.click();
  }

  async full() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    } catch {
      this.said.textContent = this.data.words.no_full;
      setTimeout(() => { this.said.textContent = ""; }, ANSWER_MS);
    }
  }

  blank() {
    this.cover = part("div", "wall-blank");
    this.cover.setAttribute("role", "dialog");
    this.cover.setAttribute("aria-label", this.data.words.blanked);
    this.cover.addEventListener("pointerdown", (event) => { this.take(event); this.uncover(); });
    this.ground().append(this.cover);
  }

  uncover() {
    this.cover?.remove();
    this.cover = null;
  }

  openHelp() {
    const { words, help } = this.data;
    this.help = part("div", "wall-help");
    this.help.lang = this.data.lang;
    this.help.setAttribute("role", "dialog");
    this.help.setAttribute("aria-modal", "true");
    this.help.setAttribute("aria-label", words.help_title);
    const list = part("dl");
    for (const [names, does] of help) {
      const keys = part("dt");
      keys.append(...names.map((name) => part("kbd", "", name)));
      list.append(keys, part("dd", "", does));
    }
    const close = part("button", "wall-button", words.help_close);
    close.type = "button";
    close.addEventListener("click", () => this.closeHelp());
    this.help.append(part("h2", "", words.help_title), list, part("p", "", words.help_fields), close);
    this.before = document.activeElement;
    this.ground().append(this.help);
    close.focus({ preventScroll: true });
  }

  closeHelp() {
    this.help?.remove();
    this.help = null;
    if (this.before?.isConnected) this.before.focus({ preventScroll: true });
  }

  ground() {
    return document.querySelector(".stApp") ?? document.body;
  }

  panelBox() {
    return this.data.panel ? document.querySelector(".st-key-wall_panel") : null;
  }

  // The panel comes a moment after the word that it is open; by keyboard one goes on in it.
  enterPanel(tries = 40) {
    clearTimeout(this.entering);
    if (!this.data.panel || typesInto(document.activeElement)) return;
    const box = this.panelBox();
    if (box) {
      box.tabIndex = -1;
      box.focus({ preventScroll: true });
    } else if (tries) {
      this.entering = setTimeout(() => this.enterPanel(tries - 1), 50);
    }
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("fullscreenchange", this.onFull);
    clearTimeout(this.waiting);
    clearTimeout(this.entering);
    this.uncover();
    this.closeHelp();
    this.bar.remove();
    this.said.remove();
  }
}

// Whether a press there is a letter of a text.
function typesInto(node) {
  if (!node?.matches) return false;
  if (node.isContentEditable) return true;
  return node.matches("textarea, select") || (node.matches("input") && !NO_TEXT.has(node.type));
}

function part(tag, className = "", words = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

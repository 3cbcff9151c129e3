// The kiosk: the story plays by itself until somebody touches the screen, and begins anew when nobody does any more.
// outlines.js of the live map, link.js, clock.js, words.js, map.js, ladder.js, code.js, views.js and screen.js are put
// in front of this file by the Python face.

const SECOND_MS = 1000;
// As much is read in one scene's time, as a child reads aloud; a longer scene stays longer.
const LETTERS = { ja: 65, en: 150, easy: 65 };
const OUTSIDE_MS = 5_000;
// Streamlit listens for them: run again, clear the cache.
const STREAMLIT_KEYS = new Set(["r", "c"]);
const playing = (window.meguriKiosk ??= { kiosk: null });

export default async function ({ data, parentElement }) {
  // A run of the page hands over the same story again: it plays on.
  if (playing.kiosk?.host === parentElement) return () => playing.kiosk?.close();
  const split = data.indexOf(10);
  const settings = JSON.parse(new TextDecoder().decode(data.subarray(0, split)));
  const kiosk = new Kiosk(parentElement, settings);
  playing.kiosk = kiosk;
  const stream = new Blob([data.subarray(split + 1)]).stream().pipeThrough(new DecompressionStream("gzip"));
  const story = JSON.parse(await new Response(stream).text());
  if (!kiosk.isClosed) kiosk.open(story);
  return () => kiosk.close();
}

class Kiosk {
  constructor(host, settings) {
    this.host = host;
    this.settings = settings;
    this.clock = new Clock();
    this.leaving = new AbortController();
  }

  open(story) {
    this.story = story;
    this.map = new KioskMap(this.settings.key, story, (at) => this.touchMap(at));
    this.screen = new Screen(this.host, story, (act, value) => this.press(act, value));
    this.unwatch = watchServer({ lost: () => this.screen.tellAway() });
    this.listen();
    this.state = { turn: 0 };
    this.start();
  }

  listen() {
    const { signal } = this.leaving;
    const swallow = (event) => event.preventDefault();
    for (const kind of ["contextmenu", "dragstart", "selectstart"]) document.addEventListener(kind, swallow, { signal });
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      document.addEventListener(kind, () => this.stay(), { signal, capture: true, passive: true });
    }
    for (const kind of ["keydown", "keyup", "keypress"]) {
      window.addEventListener(kind, (event) => {
        if (STREAMLIT_KEYS.has(event.key?.toLowerCase())) event.stopImmediatePropagation();
      }, { signal, capture: true });
    }
    const { wake, veil } = this.screen;
    wake.addEventListener("click", () => this.go({ name: "menu" }), { signal });
    // A drag or a pinch wakes too; the browser is not to make a click of it, which would fall on what comes to lie there.
    wake.addEventListener("touchend", (event) => {
      event.preventDefault();
      this.go({ name: "menu" });
    }, { signal, passive: false });
    // Whoever touches anything is there.
    veil.addEventListener("click", (event) => {
      if (event.target === veil) this.press(this.state.veil === "ask" ? "continue" : "close");
    }, { signal });
  }

  // The start: whatever a visitor changed is as it was.
  start() {
    const { lang } = this.settings;
    this.go({ name: "loop", lang, scene: 0, place: null, row: 0, step: 0, question: 0, guess: null, page: 0, wantsQuiz: false, turn: this.state.turn + 1 });
  }

  go(changes) {
    this.state = { ...this.state, veil: null, outside: null, ...changes };
    this.draw();
    this.clock.stop("outside");
    if (this.state.outside) this.clock.after("outside", OUTSIDE_MS, () => this.go({}));
    const { name, veil } = this.state;
    if (name === "loop") {
      this.clock.stop("idle");
      this.clock.stop("ask");
      this.clock.after("scene", this.sceneMs(), () => this.go({ scene: this.sceneAt(1) }));
      return;
    }
    this.clock.stop("scene");
    if (veil !== "ask") this.stay();
  }

  sceneMs() {
    const { scene, lang } = this.state;
    const { question, sentence } = this.story.scenes[scene];
    const letters = (plain(question[lang]) + plain(sentence[lang])).length;
    return this.settings.scene_ms * Math.max(1, letters / LETTERS[lang]);
  }

  sceneAt(by) {
    const { length } = this.story.scenes;
    return (this.state.scene + by + length) % length;
  }

  // Somebody is there: the wait begins anew. The question whether to go on is answered by its own buttons.
  stay() {
    if (this.state.name === "loop" || this.state.veil === "ask") return;
    this.clock.stop("ask");
    this.clock.after("idle", this.settings.idle_ms, () => this.askToStay(this.settings.ask_ms));
  }

  askToStay(leftMs) {
    if (leftMs <= 0) {
      this.start();
      return;
    }
    const kept = this.state.veil === "ask" ? {} : { under: this.state.veil };
    this.go({ veil: "ask", left: Math.ceil(leftMs / SECOND_MS), ...kept });
    const stepMs = leftMs % SECOND_MS || SECOND_MS;
    this.clock.after("ask", stepMs, () => this.askToStay(leftMs - stepMs));
  }

  press(act, value) {
    const { state } = this;
    const { place } = state;
    const acts = {
      lang: () => this.go({
        lang: value, veil: state.veil === "ask" ? state.under : state.veil, ...(state.name === "loop" ? { name: "menu" } : {}),
      }),
      start: () => this.start(),
      previous: () => this.go({ scene: this.sceneAt(-1) }),
      next_scene: () => this.go({ scene: this.sceneAt(1) }),
      choose: () => this.go({ name: "choose", page: 0, wantsQuiz: false, turn: state.turn + 1 }),
      ask_quiz: () => this.go({ name: "choose", page: 0, wantsQuiz: true, turn: state.turn + 1 }),
      towns: () => this.go({ page: this.pageAt(value) }),
      town: () => this.openPlace(this.story.places.find(({ code }) => code === value)),
      quiz: () => this.go({ name: "quiz", question: 0, guess: null }),
      tab: () => this.go({ row: value, step: 0 }),
      widen: () => this.widen(),
      guess: () => this.go({ guess: value }),
      next_question: () => this.go({ question: state.question + 1, guess: null }),
      take_home: () => place?.qr && this.go({ veil: "qr" }),
      fine: () => this.go({ veil: "fine", fine: this.view.fine, ...(state.name === "loop" ? { name: "menu" } : {}) }),
      close: () => this.go({}),
      continue: () => this.go({ veil: state.under }),
    };
    acts[act]?.();
  }

  // From the answer up the rungs that lead to it, and then the next resource's answer.
  widen() {
    const { place, row, step } = this.state;
    if (step < climbOf(place, row).length) this.go({ step: step + 1 });
    else this.go({ row: (row + 1) % place.ladder.length, step: 0 });
  }

  touchMap(at) {
    const place = this.map.placeAt(at);
    const { name } = this.state;
    // The stage has put a dot there: beyond the land, and in the middle of a question, it goes again.
    this.map.wish = "";
    if (name === "quiz") this.draw();
    else if (place) this.openPlace(place);
    else this.go({ outside: this.map.spotOf(at) });
  }

  openPlace(place) {
    const row = Math.max(0, place.ladder.findIndex(({ resource }) => resource === this.focus));
    if (this.state.wantsQuiz) this.go({ name: "quiz", place, row, question: 0, guess: null, wantsQuiz: false });
    else this.go({ name: "place", place, row, step: 0 });
  }

  // What the visitor is looking at: of the town before, else of the scene, else what the story tells of first.
  get focus() {
    const { place, row, scene } = this.state;
    const { scenes } = this.story;
    return place?.ladder[row].resource ?? scenes[scene].resource ?? scenes.find(({ resource }) => resource)?.resource;
  }

  pageAt(by) {
    const pages = Math.ceil(this.story.places.length / TOWNS);
    return (this.state.page + by + pages) % pages;
  }

  draw() {
    const { state, story } = this;
    this.view = describe(story, state, this.map);
    const { scene, ...look } = this.view.map;
    this.screen.draw(this.view, veilView(story, state), state);
    this.map.show(scene, state.lang, { ...look, room: this.screen.room });
  }

  close() {
    if (this.isClosed) return;
    this.isClosed = true;
    this.leaving.abort();
    this.clock.stopAll();
    this.unwatch?.();
    this.map?.close();
    this.screen?.close();
    if (playing.kiosk === this) playing.kiosk = null;
  }
}

// The nodes of the kiosk: made once, filled anew at every change.

// What gives way where there is no room: the sources, behind their button in any case, then the amounts, with them; then
// the words on the tabs, the size of the type, and last what the sentence says too.
const TIGHTER = ["is-brief", "is-bare", "is-close", "is-small", "is-terse", "is-mute"];
// So far above a finger stands what it is told, in px.
const FINGER = 32;

class Screen {
  constructor(host, story, press) {
    this.story = story;
    this.press = press;
    this.bar = new Bar(story.rungs);
    this.key = new Key(story.rungs);
    this.bars = new Bars(story);
    this.parts = {
      over: part("p", "mk-over"), title: part("h1", "mk-title"), rung: part("p", "mk-rung"), body: part("p", "mk-body"),
      status: part("p", "mk-status"), amounts: part("p", "mk-fine mk-amounts"), fine: part("p", "mk-fine mk-sources"), hint: part("p", "mk-hint"),
      legend: part("div", "mk-legend"), answers: part("dl", "mk-answers"), code: part("canvas", "mk-code"),
      page: part("p", "mk-page"), outside: part("p", "mk-outside"), veilTitle: part("h2"), veilBody: part("p"),
    };
    const { over, title, rung, body, status, amounts, fine, hint, legend, answers, code, page, outside, veilTitle, veilBody } = this.parts;
    this.rows = { tabs: this.row("mk-tabs"), towns: this.row("mk-towns"), actions: this.row("mk-actions"), more: this.row("mk-more"), langs: this.row("mk-langs"), veil: this.row("mk-actions") };
    this.rows.more.box.append(page);
    code.setAttribute("role", "img");
    outside.setAttribute("role", "status");
    this.told = part("div", "mk-told", over, title, this.rows.tabs.box, this.bar.box, this.key.box, rung, answers, body, status, this.rows.towns.box, amounts, fine);
    this.wake = part("div", "mk-wake");
    this.card = part("div", "mk-card", veilTitle, veilBody, code, this.rows.veil.box);
    this.card.setAttribute("role", "dialog");
    this.veil = part("div", "mk-veil", this.card);
    this.notice = part("div", "mk-away");
    this.notice.setAttribute("role", "status");
    this.notice.hidden = true;
    this.picture = part("div", "mk-picture", this.notice, legend, this.bars.box);
    this.box = part(
      "div", "mk",
      this.picture,
      part("div", "mk-panel", this.told, part("div", "mk-dock", hint, this.rows.actions.box, this.rows.more.box, this.rows.langs.box)),
      outside, this.wake, this.veil,
    );
    host.append(this.box);
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.told);
  }

  draw(view, veil, state) {
    const { lang } = state;
    const { parts } = this;
    this.box.lang = plainOf(lang);
    this.box.dataset.view = state.name;
    this.box.dataset.lang = lang;
    this.box.classList.toggle("is-answered", Boolean(view.isAnswered));
    for (const name of ["over", "title", "body", "status", "amounts", "fine", "hint", "page"]) write(parts[name], view[name]?.words, lang, view[name]?.params);
    this.wake.hidden = state.name !== "loop";
    parts.body.setAttribute("aria-live", state.name === "loop" ? "off" : "polite");
    this.bar.box.hidden = !view.bar?.steps.length;
    if (view.bar) this.bar.show(view.bar.steps, view.bar.upTo, plain(view.bar.said[lang]));
    this.key.show(view.bar ? partsOf(view.bar.steps) : this.colours(view.bars ?? []), lang);
    parts.rung.style.setProperty("--rung", view.rung?.background ?? "none");
    parts.rung.classList.toggle("has-colour", Boolean(view.rung?.background));
    write(parts.rung, view.rung?.words, lang);
    this.bars.box.hidden = !view.bars?.length;
    this.bars.show(view.bars ?? [], lang);
    this.drawLegend(view.bars?.length ? [] : view.legend ?? [], lang);
    this.drawAnswers(view.answers ?? [], lang);
    this.fillRow(this.rows.tabs, view.tabs ?? [], lang);
    this.fillRow(this.rows.towns, view.towns ?? [], lang);
    this.fillRow(this.rows.actions, view.actions, lang);
    this.fillRow(this.rows.more, view.more ?? [], lang);
    const langs = this.story.languages.map(({ key, label }) => ({
      act: "lang", value: key, words: { [lang]: label }, isOn: key === lang, lang: plainOf(key),
    }));
    const sources = { act: "fine", words: this.story.words.fine, icon: "info", isSign: true };
    this.fillRow(this.rows.langs, view.fine ? [...langs, sources] : langs, lang);
    this.drawOutside(state.outside, lang);
    this.drawVeil(veil, lang);
    this.fit();
  }

  // Take away from what is told, step by step, until all that is left stands there whole.
  fit() {
    this.box.classList.remove(...TIGHTER);
    for (const step of TIGHTER) {
      if (this.told.scrollHeight <= this.told.clientHeight + 1) return;
      this.box.classList.add(step);
    }
  }

  // What is said where the map was touched and no town is: beside the finger, within the picture.
  drawOutside(at, lang) {
    const { outside } = this.parts;
    write(outside, at && this.story.words.outside, lang);
    if (!at) return;
    const { offsetWidth: width, offsetHeight: height } = outside;
    const picture = this.picture;
    const within = (wanted, most) => Math.max(0, Math.min(wanted, most));
    outside.style.left = `${within(at.x - width / 2, picture.offsetWidth - width)}px`;
    outside.style.top = `${within(at.y - height - FINGER, picture.offsetHeight - height)}px`;
  }

  // The rungs that bars are drawn with, as the parts of a bar without their shares.
  colours(bars) {
    const drawn = new Set(bars.flatMap(({ steps }) => partsOf(steps)).map(({ rung }) => rung));
    return this.story.rungs.filter(({ key }) => drawn.has(key)).map(({ key }) => ({ rung: key }));
  }

  close() {
    this.resizing.disconnect();
    this.box.remove();
  }

  drawVeil(veil, lang) {
    const wasHidden = this.veil.hidden;
    this.veil.hidden = !veil;
    if (!veil) return;
    write(this.parts.veilTitle, veil.title.words, lang, veil.title.params);
    write(this.parts.veilBody, veil.body.words, lang, veil.body.params);
    this.parts.code.hidden = !veil.code;
    if (veil.code) {
      drawCode(this.parts.code, veil.code[plainOf(lang)]);
      this.parts.code.setAttribute("aria-label", plain(veil.codeName[lang]));
    }
    this.fillRow(this.rows.veil, veil.actions, lang);
    if (wasHidden) this.rows.veil.buttons[0].focus({ preventScroll: true });
  }

  drawLegend(blocks, lang) {
    const wish = JSON.stringify([blocks, lang]);
    if (wish === this.furnished) return;
    this.furnished = wish;
    this.parts.legend.hidden = !blocks.length;
    this.parts.legend.replaceChildren(...blocks.map(({ title, entries }) => {
      const items = entries.map(({ background, label, is_line }) => {
        const swatch = part("i", is_line ? "line" : "");
        swatch.style.background = background;
        return part("li", "", swatch, part("span", "", ...pieces(label[lang])));
      });
      return part("section", "", part("h2", "", ...pieces(title[lang])), part("ul", "", ...items));
    }));
  }

  // How large the picture is, and how far the legend in its corner reaches down and across, in px; null where no legend
  // lies over the map: there is none, or it is a column beside the map.
  get room() {
    const { legend } = this.parts;
    if (legend.hidden) return null;
    const { offsetWidth: width, offsetHeight: height } = legend.offsetParent;
    const room = { width, height, down: legend.offsetTop + legend.offsetHeight, across: legend.offsetLeft + legend.offsetWidth };
    return room.down < height ? room : null;
  }

  drawAnswers(answers, lang) {
    this.parts.answers.hidden = !answers.length;
    this.parts.answers.replaceChildren(...answers.map(({ name, words, background }) => {
      const swatch = part("i");
      swatch.style.background = background;
      return part("div", "", part("dt", "", ...pieces(name[lang])), part("dd", "", swatch, part("span", "", ...pieces(words[lang]))));
    }));
  }

  row(className) {
    return { box: part("div", className), buttons: [] };
  }

  // Buttons are kept and given new words: whoever stands on one by keyboard stays there.
  fillRow(row, wanted, lang) {
    while (row.buttons.length < wanted.length) row.buttons.push(this.button(row.box));
    row.box.hidden = !wanted.length;
    row.box.dataset.count = wanted.length;
    row.buttons.forEach((button, i) => {
      const wish = wanted[i];
      button.hidden = !wish;
      button.wish = wish;
      if (!wish) return;
      button.dataset.act = wish.act;
      if (wish.lang) button.lang = wish.lang;
      else button.removeAttribute("lang");
      write(button.label, wish.words, lang);
      button.sign.style.display = wish.icon ? "" : "none";
      if (wish.icon) drawSign(button.sign, wish.icon);
      button.classList.toggle("is-sign", Boolean(wish.isSign));
      if (wish.isOn === undefined) button.removeAttribute("aria-pressed");
      else button.setAttribute("aria-pressed", String(wish.isOn));
    });
  }

  button(box) {
    const button = part("button");
    button.type = "button";
    button.sign = sign("other");
    button.label = part("span");
    button.append(button.sign, button.label);
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.press(button.wish.act, button.wish.value);
    });
    box.append(button);
    return button;
  }

  // All three languages at once: nobody has chosen one yet who comes by now.
  tellAway() {
    const { away } = this.story.words;
    this.notice.replaceChildren(...this.story.languages.map(({ key }) => part("p", "", ...pieces(away[key]))));
    this.notice.hidden = false;
  }
}

// What is on the screen in each state: a plain description, which screen.js draws.

const told = (words, params = {}) => ({ words, params });
const pieceList = (line) => (Array.isArray(line) ? line : [line ?? ""]);

// Several words one after the other, in each language.
function joined(between, ...all) {
  const line = (lang) => all.flatMap((words, i) => (i ? [between, ...pieceList(words[lang])] : pieceList(words[lang])));
  return { ja: line("ja"), en: line("en"), easy: line("easy") };
}

function describe(story, state, map) {
  return { loop: sceneView, menu: sceneView, choose: chooseView, place: placeView, quiz: quizView }[state.name](story, state, map);
}

function sceneView(story, state) {
  const { words } = story;
  const scene = story.scenes[state.scene];
  const isLoop = state.name === "loop";
  const bars = scene.picture === "bars" ? scene.bars : [];
  const [bar] = bars.length ? [] : scene.bars;
  return {
    over: told(story.area.name), title: told(scene.question), body: told(scene.sentence), fine: told(scene.fine),
    status: scene.certainty === "open" ? told(story.certainty.open) : null,
    hint: isLoop ? told(words.touch) : null,
    bar: bar && { steps: bar.steps, said: bar.said }, bars, legend: scene.legend,
    actions: [
      { act: "choose", words: words.choose_place },
      { act: "ask_quiz", words: words.quiz },
    ],
    more: isLoop ? [] : [
      { act: "previous", words: words.previous },
      { act: "next_scene", words: words.next },
    ],
    map: { scene, moved: `scene ${state.scene}` },
  };
}

const inviteOf = (story) => story.scenes.find(({ picture }) => picture === "invite") ?? story.scenes.at(-1);

// What kind of municipality it is the other two languages say in one letter.
const shortName = (name) => ({ ...name, en: name.en.replace(/ (City|Town|Village|Ward)$/, "") });

// So many towns stand in the list at once, each large enough for a finger.
const TOWNS = 12;

// For whoever does not reach the map, or does not know where on it the town lies.
function chooseView(story, state) {
  const { words, places } = story;
  const scene = inviteOf(story);
  const towns = places.slice(state.page * TOWNS, (state.page + 1) * TOWNS);
  const isLong = places.length > TOWNS;
  return {
    over: told(story.area.name), title: told(words.choose_place), body: told(scene.sentence), legend: scene.legend,
    towns: towns.map(({ code, name }) => ({ act: "town", value: code, words: shortName(name) })),
    actions: [{ act: "start", words: words.start }],
    more: isLong ? [{ act: "towns", value: -1, words: words.previous }, { act: "towns", value: 1, words: words.next }] : [],
    map: { scene, moved: `choose ${state.turn}` },
  };
}

// How certain an answer is; that it is not is in its sentence.
const SAID = new Set(["sure", "likely"]);

// The rungs that a place's row tells one after the other: without a mismatch in time where there is none.
const stepsOf = (row) => row.steps.filter(({ rung, share }) => rung !== "time_mismatch" || share > 0);

function placeView(story, state, map) {
  const { words } = story;
  const { place, step } = state;
  const row = place.ladder[state.row];
  const resource = story.resources[row.resource];
  const steps = stepsOf(row);
  const now = steps[step];
  const rung = now && story.rungs.find(({ key }) => key === now.rung);
  const isDone = !now && step >= 0;
  return {
    title: told(joined("　", place.name, resource.name)), tabs: tabsOf(story, state),
    bar: { steps, upTo: isDone ? steps.length : step, said: row.said },
    rung: rung && { background: rung.background, words: rung.name },
    body: step < 0 ? told(place.opening) : rung ? told(rung.step[resource.perspective] ?? rung.step, { percent: now.upto }) : told(row.sentence),
    status: rung ? told(rung.about) : isDone && SAID.has(row.certainty) ? told(story.certainty[row.certainty]) : null,
    fine: told(joined(" ", row.amounts, resource.fine)),
    actions: [
      { act: "widen", words: words.next },
      { act: "quiz", words: words.quiz },
    ],
    more: [
      { act: "start", words: words.start },
      ...(place.qr ? [{ act: "take_home", words: words.take_home }] : []),
      { act: "choose", words: words.other_place },
    ],
    map: { scene: inviteOf(story), ...map.reach(place, rung), moved: `${place.key} ${state.row} ${step}` },
  };
}

function tabsOf(story, state) {
  return state.place.ladder.map(({ resource }, i) => ({
    act: "tab", value: i, words: story.resources[resource].name, icon: signOf(story, resource), isOn: i === state.row,
  }));
}

function quizView(story, state, map) {
  const { words } = story;
  const { place, question, guess } = state;
  const asked = place.quiz[question];
  const scene = inviteOf(story);
  const look = { scene, ...map.reach(place, null), moved: `${place.key} ${question}` };
  const leave = [
    { act: "choose", words: words.other_place },
    { act: "start", words: words.start },
  ];
  if (!asked) {
    const title = told(place.quiz.length ? words.quiz_done : words.no_quiz);
    return { over: told(place.name), title, actions: leave, map: look };
  }
  const { perspective, fine } = story.resources[asked.resource];
  const rungOf = (rung) => story.rungs.find(({ key }) => key === rung);
  const labelOf = (rung) => rungOf(rung).option[perspective];
  const number = told(joined("　", place.name, words.quiz_number), { number: question + 1, count: place.quiz.length });
  if (guess === null) {
    return {
      over: number, title: told(asked.question), map: look,
      actions: asked.options.map((rung) => ({ act: "guess", value: rung, words: labelOf(rung) })),
      more: leave.slice(1),
    };
  }
  const row = place.ladder.find(({ resource }) => resource === asked.resource);
  return {
    over: number, title: told(asked.question), isAnswered: true,
    map: { scene, ...map.reach(place, rungOf(asked.answer)), moved: `${place.key} ${question} answer` },
    rung: { words: guess === asked.answer ? words.same_guess : words.other_guess },
    body: told(asked.explanation), fine: told(joined(" ", row.amounts, fine)),
    bar: { steps: row.steps, said: row.said },
    answers: [
      { name: words.your_guess, words: labelOf(guess), background: rungOf(guess).background },
      { name: words.answer, words: labelOf(asked.answer), background: rungOf(asked.answer).background },
    ],
    actions: [{ act: "next_question", words: words.next_question }, ...leave.slice(1)],
  };
}

// What lies over everything: the question whether to go on, a code to take home, or where the figures come from.
function veilView(story, state) {
  const { words } = story;
  const close = { act: "close", words: words.close };
  return {
    ask: () => ({
      title: told(words.ask_continue), body: told(words.ask_countdown, { seconds: state.left }),
      actions: [{ act: "continue", words: words.continue }, { act: "start", words: words.start }],
    }),
    qr: () => ({
      title: told(words.take_home), body: told(words.take_home_how), code: state.place.qr, codeName: words.qr_alt, actions: [close],
    }),
    fine: () => ({ title: told(words.fine), body: state.fine, actions: [close] }),
  }[state.veil]?.() ?? null;
}

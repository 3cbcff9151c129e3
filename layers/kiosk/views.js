// What is on the screen in each state: a plain description, which screen.js draws.

const told = (words, params = {}) => ({ words, params });
const bare = (text) => ({ ja: text, en: text, easy: text });
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
    over: told(story.area.name), title: told(scene.question), body: told(scene.sentence), fine: told(scene.fine), amounts: told(scene.amounts),
    status: scene.certainty ? told(story.certainty[scene.certainty]) : null,
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
  const pages = Math.ceil(places.length / TOWNS);
  return {
    over: told(story.area.name), title: told(state.wantsQuiz ? words.choose_quiz : words.choose_place), body: told(scene.sentence),
    legend: scene.legend, page: pages > 1 ? told(bare(`${state.page + 1} / ${pages}`)) : null,
    towns: towns.map(({ code, name }) => ({ act: "town", value: code, words: shortName(name) })),
    actions: [{ act: "start", words: words.start }],
    more: pages > 1 ? [{ act: "towns", value: -1, words: words.previous }, { act: "towns", value: 1, words: words.next }] : [],
    map: { scene, moved: `choose ${state.turn}` },
  };
}

// How certain an answer is; that it is not is in its sentence.
const SAID = new Set(["sure", "likely"]);
// What hangs on the rivers: after its answer it is told where the place lies.
const OF_RIVERS = "water";

// What explains a place's answer, one after the other: the rungs up to the one that is enough, but those that add nothing
// (the nearest and the widest are told all the same), and where the place lies.
function climbOf(place, number) {
  const row = place.ladder[number];
  const end = row.steps.findIndex(({ rung }) => rung === row.closing);
  const climbed = end < 0 ? row.steps : row.steps.slice(0, end + 1);
  const telling = climbed.filter(({ rung, share }, i) => share > 0 || i === 0 || rung === "prefecture");
  return row.resource === OF_RIVERS ? [...telling, null] : telling;
}

function placeView(story, state, map) {
  const { words } = story;
  const { place, step } = state;
  const row = place.ladder[state.row];
  const resource = story.resources[row.resource];
  const climb = climbOf(place, state.row);
  const now = step > 0 ? climb[step - 1] : null;
  const rungOf = (wanted) => story.rungs.find(({ key }) => key === wanted);
  const shared = {
    title: told(joined("　", place.name, resource.name)), tabs: tabsOf(story, state),
    bar: { steps: row.steps, upTo: now ? row.steps.indexOf(now) : row.steps.length, said: row.said },
    fine: told(joined(" ", row.amounts, resource.fine)), amounts: told(row.amounts),
    actions: [
      { act: "widen", words: step || !climb.length ? words.next : words.why },
      { act: "quiz", words: words.quiz },
    ],
    more: [
      { act: "start", words: words.start },
      ...(place.qr ? [{ act: "take_home", words: words.take_home }] : []),
      { act: "choose", words: words.other_place },
    ],
  };
  const look = (rung) => ({ scene: inviteOf(story), ...map.reach(place, rung), moved: `${place.key} ${state.row} ${step}` });
  if (now) {
    const rung = rungOf(now.rung);
    const body = told(rung.step[resource.perspective], { percent: now.upto });
    return { ...shared, rung: { background: rung.background, words: rung.name }, body, status: told(rung.about), map: look(rung) };
  }
  if (step > 0) return { ...shared, body: told(place.opening), map: look(null) };
  const closing = rungOf(row.closing);
  return {
    ...shared,
    rung: {
      // Where no scale is enough, the colour would be that of what is lacking.
      background: row.closing === "outside" ? "" : closing?.background,
      words: row.certainty === "open" ? joined(" ", row.said, words.still_open) : row.said,
    },
    body: told(row.sentence), status: SAID.has(row.certainty) ? told(story.certainty[row.certainty]) : null, map: look(closing),
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
    body: told(asked.explanation), fine: told(joined(" ", row.amounts, fine)), amounts: told(row.amounts),
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

// Keeps this tab's pass for a meeting, so that a reload does not ask for the code again; the server checks it each run.

// Handed back once in the life of the page: a server that cannot check it now is not asked again and again.
const handed = new Set();
// Streamlit tells by this whether the server is there.
const STATE = "data-test-connection-state";
// A break as short as this is not worth a word.
const AWAY_MS = 2_000;
let again = () => {};
let notice = null;
let leaving = 0;
let observer = null;

export default function ({ data, setTriggerValue }) {
  again = () => setTriggerValue("back", Date.now());
  tellAway(data.away);
  watchConnection();
  const name = `meguri-pass-${data.meeting}`;
  try {
    const kept = read(name);
    // Of somebody who signed in, it is theirs alone: whoever signed out, or in as another, does not come in by it.
    if (kept && (data.left || kept.token === data.refused || kept.person !== data.person)) sessionStorage.removeItem(name);
    else if (kept && !data.token && !handed.has(kept.token)) {
      handed.add(kept.token);
      setTriggerValue("token", kept.token);
    }
    if (data.token) sessionStorage.setItem(name, JSON.stringify({ token: data.token, person: data.person }));
  } catch {
    // A browser that keeps nothing asks for the code again.
  }
}

// A server that was started anew knows nothing of this page until something is pressed, and that press would be lost;
// after a break of the network others may have written. So the page runs anew as soon as it is connected again.
function watchConnection() {
  const app = document.querySelector(`[${STATE}]`);
  if (observer || !app) return;
  let before = app.getAttribute(STATE);
  observer = new MutationObserver(() => {
    const now = app.getAttribute(STATE);
    if (before !== now) {
      clearTimeout(leaving);
      if (now === "CONNECTED") {
        notice.hidden = true;
        handed.clear();
        again();
      } else if (notice.hidden) {
        leaving = setTimeout(() => { notice.hidden = false; }, AWAY_MS);
      }
    }
    before = now;
  });
  observer.observe(app, { attributes: true, attributeFilter: [STATE] });
}

// Said in the page's language; the style sheet hides Streamlit's own English words while it stands.
function tellAway(words) {
  if (!notice) {
    notice = document.createElement("p");
    notice.className = "meeting-away";
    notice.setAttribute("role", "status");
    notice.hidden = true;
  }
  notice.textContent = words;
  const ground = document.querySelector(".stApp") ?? document.body;
  if (notice.parentElement !== ground) ground.append(notice);
}

function read(name) {
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "null");
  return typeof kept?.token === "string" ? kept : null;
}

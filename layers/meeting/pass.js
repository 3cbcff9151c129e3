// Keeps this tab's pass for a meeting, so that a reload does not ask for the code again; the server checks it each run.

// Handed back once in the life of the page: a server that cannot check it now is not asked again and again.
const handed = new Set();

export default function ({ data, setTriggerValue }) {
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

function read(name) {
  const kept = JSON.parse(sessionStorage.getItem(name) ?? "null");
  return typeof kept?.token === "string" ? kept : null;
}

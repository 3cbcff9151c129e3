// Bookmarks as a file, to take to another browser or to give away; what comes back is checked whole before any of it is kept.
const FORMAT = "meguri-bookmarks";
const VERSION = 1;
const KEYS = "name,page,query";
const LONGEST_QUERY = 8_000;
const LARGEST_BYTES = 1_000_000;

// What is said of a file that is refused: a key of the words, and what stands in them.
class Refused extends Error {
  constructor(word, values = {}) {
    super(word);
    Object.assign(this, { word, values });
  }
}

function download(marks) {
  const told = JSON.stringify({ format: FORMAT, version: VERSION, bookmarks: marks }, null, 2);
  const href = URL.createObjectURL(new Blob([told], { type: "application/json" }));
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  Object.assign(document.createElement("a"), { href, download: `${FORMAT}-${day}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

function isMark(one, { pages, longest }) {
  if (one === null || typeof one !== "object" || Object.keys(one).sort().join() !== KEYS) return false;
  if (![one.name, one.page, one.query].every((part) => typeof part === "string")) return false;
  if (!one.name.trim() || one.name.length > longest || /\p{Cc}/u.test(one.name)) return false;
  return Object.hasOwn(pages, one.page) && one.query.length <= LONGEST_QUERY;
}

// The bookmarks of a file's words, each fit to be kept; throws what is wrong.
function marksOf(words, data) {
  let found;
  try {
    found = JSON.parse(words);
  } catch {
    throw new Refused("not_ours");
  }
  if (found?.format !== FORMAT || !Array.isArray(found.bookmarks)) throw new Refused("not_ours");
  if (found.version !== VERSION) throw new Refused("other_version");
  const wrong = found.bookmarks.findIndex((one) => !isMark(one, data));
  if (wrong >= 0) throw new Refused("wrong_entry", { at: wrong + 1 });
  return checked(found.bookmarks, { ...data, most: Infinity });
}

async function marksOfFile(file, data) {
  if (file.size > LARGEST_BYTES) throw new Refused("too_large");
  let words;
  try {
    words = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Refused("not_ours");
  }
  return marksOf(words, data);
}

// Those kept already, then the new ones, each once.
function merged(kept, brought, { most }) {
  const known = new Set(kept.map((mark) => JSON.stringify(mark)));
  const fresh = brought.filter((mark) => {
    const told = JSON.stringify(mark);
    return !known.has(told) && known.add(told);
  });
  if (kept.length + fresh.length > most) throw new Refused("no_room", { most, room: most - kept.length, count: fresh.length });
  return [...kept, ...fresh];
}

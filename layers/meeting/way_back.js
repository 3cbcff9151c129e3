// Where somebody signs in: the provider leads back to the first page, this leads on to where they were.

const NAME = "meguri-way-back";

export default function ({ data }) {
  try {
    if (data.keep) {
      sessionStorage.setItem(NAME, `${location.pathname}${location.search}`);
      return;
    }
    const kept = sessionStorage.getItem(NAME);
    sessionStorage.removeItem(NAME);
    // A path of this very app, never another's address.
    if (kept && /^\/[^/\\]/.test(kept) && kept !== `${location.pathname}${location.search}`) location.replace(kept);
  } catch {
    // A browser that keeps nothing stays on the first page.
  }
}

// Whether the server is there. While it is away the kiosk plays on with a notice of its own; when it is back, the page
// is loaded anew, once: whatever the server knew of the old session is gone.

const RETRY_MS = 2_000;
// A connection can be dead without having been closed, as after a power cut at the other end.
const CHECK_MS = 30_000;
const ANSWER_MS = 5_000;
const CONNECTION = "data-test-connection-state";

function watchServer({ lost }) {
  const app = document.querySelector('[data-testid="stApp"]');
  let isLost = false;
  let retrying = 0;
  let isOver = false;

  const lose = () => {
    if (isLost) return;
    isLost = true;
    lost();
    retry();
  };
  const retry = () => {
    retrying = setTimeout(async () => {
      if (await isHealthy()) location.reload();
      else if (!isOver) retry();
    }, RETRY_MS);
  };
  const look = () => {
    if (app?.hasAttribute(CONNECTION) && app.getAttribute(CONNECTION) !== "CONNECTED") lose();
  };
  const observer = new MutationObserver(look);
  if (app) observer.observe(app, { attributes: true, attributeFilter: [CONNECTION] });
  const checking = setInterval(async () => {
    if (!isLost && !(await isHealthy()) && !isOver) lose();
  }, CHECK_MS);

  return () => {
    isOver = true;
    observer.disconnect();
    clearInterval(checking);
    clearTimeout(retrying);
  };
}

async function isHealthy() {
  try {
    const answer = await fetch(new URL("_stcore/health", document.baseURI), { cache: "no-store", signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

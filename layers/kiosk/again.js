// What the kiosk is drawn from could not be read: the page tries again by itself.

const AGAIN_MS = 15_000;

export default function () {
  const waiting = setTimeout(() => location.reload(), AGAIN_MS);
  return () => clearTimeout(waiting);
}

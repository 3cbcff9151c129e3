// A ladder's markup, handed to the script that draws it (patch.js), which may arrive later.
const ladders = (window.meguriLadders ??= { waiting: new Map() });

export default function (ladder) {
  if (ladders.draw) ladders.draw(ladder);
  else ladders.waiting.set(ladder.parentElement, ladder);
}

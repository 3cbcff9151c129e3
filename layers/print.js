// A map on paper is the picture that is on the screen, made to fit the sheet: drawn anew at another width it would be blank.
// A4 less the margins of print.css, in CSS pixels.
const SHEET_PX = 700;
const TALLEST_PX = 520;

function measure() {
  for (const map of document.querySelectorAll(".meguri-map")) {
    const { offsetWidth: width, offsetHeight: height } = map;
    if (!width) continue;
    map.style.setProperty("--print-width", `${width}px`);
    map.style.setProperty("--print-height", `${height}px`);
    map.style.setProperty("--print-zoom", Math.min(1, SHEET_PX / width, TALLEST_PX / height).toFixed(4));
  }
}

export default function () {
  if (window.meguriPrint) return;
  window.meguriPrint = true;
  addEventListener("beforeprint", measure);
}

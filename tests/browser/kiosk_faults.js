// What is wrong with the kiosk's screen at this moment, as a list of sentences; run by tests/browser/test_kiosk.py.
() => {
  const faults = [];
  const say = (what, node) => faults.push(`${what}: ${node.textContent.slice(0, 30)}`);
  const shown = (node) => {
    const { width, height } = node.getBoundingClientRect();
    return width > 2 && height > 2 && getComputedStyle(node).visibility === "visible";
  };
  const lightness = (colour) => {
    const linear = colour.match(/[\d.]+/g).slice(0, 3).map((part) => Number(part) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const groundOf = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (/^rgb\(/.test(backgroundColor)) return backgroundColor;
    }
    return "rgb(255, 255, 255)";
  };

  const buttons = [...document.querySelectorAll(".mk button, .st-key-kiosk_map button")].filter(shown);
  const boxes = buttons.map((button) => button.getBoundingClientRect());
  buttons.forEach((button, i) => {
    const { width, height, top, left, right, bottom } = boxes[i];
    const isMain = button.parentElement.matches(".mk-actions");
    if (width < 48 || height < (isMain ? 72 : 48)) say(`target of ${width} x ${height} px`, button);
    if (isMain && top < innerHeight / 2 - 1) say(`main button at ${top} of ${innerHeight} px`, button);
    if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) say("off the screen", button);
    boxes.forEach((other, k) => {
      if (k <= i || button.parentElement !== buttons[k].parentElement) return;
      const across = Math.max(other.left - right, left - other.right);
      const down = Math.max(other.top - bottom, top - other.bottom);
      if (across < 8 && down < 8) say(`${Math.max(across, down)} px from the next`, button);
    });
  });

  for (const node of document.querySelectorAll(".mk *")) {
    const isTold = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    if (!isTold || !shown(node) || node.matches("rt")) continue;
    const style = getComputedStyle(node);
    if (parseFloat(style.fontSize) < 28) say(`type of ${style.fontSize}`, node);
    const [light, dark] = [lightness(style.color), lightness(groundOf(node))].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 7) say(`contrast of ${contrast.toFixed(1)}`, node);
    if (style.userSelect !== "none") say("can be selected", node);
  }
  for (const node of document.querySelectorAll(".mk-told, .mk-bars, .mk-card, .mk-legend")) {
    if (!shown(node)) continue;
    if (node.scrollHeight > node.clientHeight + 2 || node.scrollWidth > node.clientWidth + 2) say("cut off", node);
  }
  for (const name of ["stHeader", "stToolbar", "stSidebar", "stStatusWidget", "stAlert", "stException", "stDialog"]) {
    for (const node of document.querySelectorAll(`[data-testid=${name}]`)) if (shown(node)) say(name, node);
  }
  for (const link of document.querySelectorAll("a[href]")) if (shown(link)) say("link", link);
  return faults;
}

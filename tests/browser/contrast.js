// Every text that a page shows, with the colours that the eye gets: (pictures) => [{text, at, ink, ground, size, bold, icon}].
//
// Ink and ground are composited from the outermost ancestor inwards, through shadow roots and slots, with the alpha of
// colours and the opacity of groups. `pictures` is a selector of what text may lie on without a ground of its own: there
// the ground is the text's halo, or, where it has none, whatever is worse of black and white; and what shines through a
// translucent card upon a picture is taken as black and as white too. Controls that are switched off are left out (WCAG
// 2.1, 1.4.3), and so is what cannot be seen.
(pictures) => {
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();

  const CLEAR = [0, 0, 0, 0];
  const WHITE = [255, 255, 255, 1];
  const BLACK = [0, 0, 0, 1];

  // A computed colour as [red, green, blue 0..255, alpha 0..1].
  function colourOf(css) {
    if (!known.has(css)) {
      brush.fillStyle = "#010203";
      brush.fillStyle = css;
      const first = brush.fillStyle;
      brush.fillStyle = "#040506";
      brush.fillStyle = css;
      if (first !== brush.fillStyle) throw new Error(`no colour: ${css}`);
      brush.clearRect(0, 0, 1, 1);
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      known.set(css, [r, g, b, a / 255]);
    }
    return known.get(css);
  }

  // Colours with their alpha multiplied in, so that they can be laid over each other.
  const multiplied = ([r, g, b, a]) => [r * a, g * a, b * a, a];
  const over = (top, below) => top.map((value, i) => value + below[i] * (1 - top[3]));

  const isInside = (box, x, y) => x >= box.left - 1 && x <= box.right + 1 && y >= box.top - 1 && y <= box.bottom + 1;

  // The elements around a text in `box`, as they are painted, outermost first: {element, style, ground, opacity}.
  function chainOf(element, box) {
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const chain = [];
    let isClipped = false;
    for (let at = element; at; at = at.assignedSlot ?? at.parentElement ?? at.getRootNode().host) {
      const style = getComputedStyle(at);
      isClipped ||= style.overflow !== "visible";
      // What stands outside its parent, as the figure over a slider's thumb does, is not upon the parent's ground; what
      // is scrolled out of it is.
      const isUpon = isClipped || at === document.body || !at.parentElement || [...at.getClientRects()].some((one) => isInside(one, x, y));
      chain.unshift({ element: at, style, ground: isUpon ? colourOf(style.backgroundColor) : CLEAR, opacity: Number(style.opacity) });
    }
    return chain;
  }

  // What a chain paints onto a backdrop, with the ink of the text or without it.
  function painted(chain, ink, backdrop) {
    const group = chain.reduceRight((inner, { ground, opacity }) => over(inner, multiplied(ground)).map((value) => value * opacity), ink);
    return over(group, backdrop).slice(0, 3);
  }

  function luminance(colour) {
    const [r, g, b] = colour.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function ratio(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  // Ink and ground as seen, over the backdrop that is worst for them.
  function seen(chain, css, shadow) {
    const ink = multiplied(colourOf(css));
    const picture = chain.findLastIndex(({ element }) => element.matches(pictures));
    let inner = chain;
    let backdrops = [WHITE];
    if (picture >= 0) {
      inner = chain.slice(picture + 1);
      const hasGround = inner.some(({ ground }) => ground[3] > 0);
      const halo = shadow === "none" ? null : shadow.match(/^[a-z]+\([^)]*\)/)[0];
      backdrops = !hasGround && halo ? [multiplied(colourOf(halo))] : [WHITE, BLACK];
    }
    const looks = backdrops.map((backdrop) => ({ ink: painted(inner, ink, backdrop), ground: painted(inner, CLEAR, backdrop) }));
    return looks.sort((a, b) => ratio(a.ink, a.ground) - ratio(b.ink, b.ground))[0];
  }

  const isOff = (element) => element.matches(':disabled, [aria-disabled="true"]') || element.control?.disabled;
  // Kept for those who listen: clipped away, or no larger than a point.
  function isSpokenOnly({ element, style }) {
    const box = element.getBoundingClientRect();
    const isPoint = style.overflow !== "visible" && style.display !== "inline" && (box.width <= 1 || box.height <= 1);
    return isPoint || /inset\((50|100)%/.test(style.clipPath) || /rect\((0px|1px)/.test(style.clip);
  }

  // The texture that a text stands on: the image between it and the innermost opaque ground, that one's own included.
  function textureOf(chain) {
    const above = chain.slice(Math.max(chain.findLastIndex(({ ground }) => ground[3] === 1), 0));
    return above.map(({ style }) => style.backgroundImage).find((image) => image !== "none")?.slice(0, 40) ?? "";
  }

  const found = [];

  function note(element, box, words, css, style) {
    const chain = chainOf(element, box);
    if (chain.some((each) => isOff(each.element) || isSpokenOnly(each))) return;
    const names = chain.slice(-3).map((each) => [each.element.localName, ...each.element.classList].slice(0, 2).join("."));
    found.push({
      text: words.trim().replace(/\s+/g, " ").slice(0, 60),
      at: names.join(" > "),
      ...seen(chain, css, style.textShadow),
      size: parseFloat(style.fontSize),
      bold: Number(style.fontWeight) >= 700,
      icon: /Material/.test(style.fontFamily.split(",")[0]),
      texture: textureOf(chain),
    });
  }

  const inkOf = (element, style) => (element.namespaceURI.endsWith("svg") ? style.fill : style.webkitTextFillColor);
  const isVisible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

  // The box of a text's first line; nothing where it takes no room.
  function boxOf(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].find((box) => box.width > 1 && box.height > 1);
  }

  function look(element) {
    if (["SCRIPT", "STYLE", "TEMPLATE", "NOSCRIPT", "TITLE", "DESC"].includes(element.tagName.toUpperCase())) return;
    if (element.shadowRoot) for (const child of element.shadowRoot.children) look(child);
    if (isVisible(element)) {
      const style = getComputedStyle(element);
      for (const node of element.childNodes) {
        const box = node.nodeType === Node.TEXT_NODE && node.data.trim() && boxOf(node);
        if (box) note(node.assignedSlot ?? element, box, node.data, inkOf(element, style), style);
      }
      for (const side of ["::before", "::after"]) {
        const made = getComputedStyle(element, side);
        const words = /^"(.*)"$/.exec(made.content)?.[1] ?? "";
        if (words.trim() && made.display !== "none") note(element, element.getBoundingClientRect(), words, made.webkitTextFillColor, made);
      }
      if (element.matches("input:not([type=checkbox], [type=radio], [type=range], [type=hidden]), textarea")) {
        const isEmpty = !element.value;
        const told = isEmpty ? getComputedStyle(element, "::placeholder") : style;
        const [r, g, b, a] = colourOf(told.webkitTextFillColor);
        const css = `rgba(${r}, ${g}, ${b}, ${a * (isEmpty ? Number(told.opacity) : 1)})`;
        if ((element.value || element.placeholder || "").trim()) note(element, element.getBoundingClientRect(), element.value || element.placeholder, css, style);
      }
    }
    // Shown by itself in spite of a hidden parent, or the children of `display: contents`.
    for (const child of element.children) look(child);
  }

  look(document.body);
  return found;
}

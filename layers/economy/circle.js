// The circle's markup, put in place only where it is another one than before.
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector("[data-root]");
  if (root.meguriHtml === data.html) return;
  root.meguriHtml = data.html;
  root.innerHTML = data.html;
}

// Tooltips with the meanings of terms: for <abbr> and for the labels of controls, anywhere on the page.
const explain = (bar, glossary) => {
  const {meanings, forms, labels} = JSON.parse(glossary);
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.popover = "manual";
  bubble.setAttribute("role", "tooltip");
  bar.append(bubble);
  let at = null, over = null, soon = null;
  const meaning = (target) => {
    if (!target?.tagName) return undefined;
    if (target.tagName === "ABBR") return meanings[forms[target.textContent.toLowerCase()]];
    const control = target.closest(".option, .control"), own_text = target.childElementCount ? "" : target.textContent;
    const text = (control?.querySelector(".label") ?? control ?? {textContent: own_text}).textContent.trim();
    if (!text || text.length > 60) return undefined;
    return meanings[labels[Object.keys(labels).find((label) => text === label || text.startsWith(`${label} (`))]];
  };
  const hide = () => {
    clearTimeout(soon);
    at = null;
    if (bubble.matches(":popover-open")) bubble.hidePopover();
  };
  const show = (target, text) => {
    if (!target.getClientRects().length) return; // it has gone, or its view has
    at = target;
    bubble.textContent = text;
    if (target.tagName === "ABBR") target.setAttribute("aria-description", text);
    if (!bubble.matches(":popover-open")) bubble.showPopover();
    const box = target.getBoundingClientRect(), size = bubble.getBoundingClientRect();
    const below = box.bottom + 8 + size.height < innerHeight;
    bubble.style.left = `${Math.max(8, Math.min(box.left, innerWidth - size.width - 8))}px`;
    bubble.style.top = `${below ? box.bottom + 6 : box.top - size.height - 6}px`;
  };
  // not "pointerover", which stays inside the shadow in which the pointer moves
  document.addEventListener("pointermove", (event) => {
    const target = event.composedPath()[0];
    if (target === over || event.pointerType === "touch") return;
    over = target;
    hide();
    const text = meaning(target);
    if (text) soon = setTimeout(() => show(target, text), 350);
  }, {passive: true});
  document.addEventListener("click", (event) => {
    const target = event.composedPath()[0], text = target?.tagName === "ABBR" ? meaning(target) : undefined;
    if (text && target !== at) show(target, text);
    else hide();
  });
  document.addEventListener("keydown", () => hide());
  // By keyboard: what Tab or an arrow leads to. "focusin" stays inside the shadow in which the focus moves.
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Tab" && !event.key.startsWith("Arrow")) return;
    const target = event.composedPath()[0], text = meaning(target);
    if (!text) return;
    soon = setTimeout(() => show(target, text), 350);
    target.addEventListener("blur", hide, {once: true});
  });
  document.addEventListener("scroll", hide, {capture: true, passive: true});
};

// What a word means, beside the word: for <abbr> and for the labels of controls, wherever on the page they stand.
const explain = (bar, glossary) => {
  const {meanings, forms, labels} = JSON.parse(glossary);
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.popover = "manual";
  bubble.setAttribute("role", "tooltip");
  bar.append(bubble);
  let at = null, over = null, soon = null;
  const meaning = (place) => {
    if (!place?.tagName) return undefined;
    if (place.tagName === "ABBR") return meanings[forms[place.textContent.toLowerCase()]];
    const control = place.closest(".MuiFormControl-root, .MuiFormControlLabel-root, label"), own = place.childElementCount ? "" : place.textContent;
    const text = (control?.querySelector("label, .MuiFormControlLabel-label") ?? control ?? {textContent: own}).textContent.trim();
    if (!text || text.length > 60) return undefined;
    return meanings[labels[Object.keys(labels).find((label) => text === label || text.startsWith(`${label} (`))]];
  };
  const hide = () => {
    clearTimeout(soon);
    at = null;
    if (bubble.matches(":popover-open")) bubble.hidePopover();
  };
  const show = (place, text) => {
    at = place;
    bubble.textContent = text;
    if (!bubble.matches(":popover-open")) bubble.showPopover();
    const box = place.getBoundingClientRect(), own = bubble.getBoundingClientRect();
    const below = box.bottom + 8 + own.height < innerHeight;
    bubble.style.left = `${Math.max(8, Math.min(box.left, innerWidth - own.width - 8))}px`;
    bubble.style.top = `${below ? box.bottom + 6 : box.top - own.height - 6}px`;
  };
  // not "pointerover", which stays inside the shadow in which the pointer moves
  document.addEventListener("pointermove", (event) => {
    const place = event.composedPath()[0];
    if (place === over || event.pointerType === "touch") return;
    over = place;
    hide();
    const text = meaning(place);
    if (text) soon = setTimeout(() => show(place, text), 350);
  }, {passive: true});
  document.addEventListener("click", (event) => {
    const place = event.composedPath()[0], text = place?.tagName === "ABBR" ? meaning(place) : undefined;
    if (text && place !== at) show(place, text);
    else hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("scroll", hide, {capture: true, passive: true});
};

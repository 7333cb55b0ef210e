// Keys for the review page. Everything works without this file; it only presses what stands on the page.

const byKey = (name) => document.querySelector(`[data-key="${name}"]`);
let gone = false;

// One press, one action: whatever is pressed while the next page loads does nothing.
const press = (target) => {
  if (!target || gone) return;
  gone = true;
  if (target instanceof HTMLFormElement) target.requestSubmit(target.querySelector("button"));
  else target.click();
};

const choose = (digit) => {
  const radio = document.querySelectorAll('input[name="pick"][type="radio"]')[digit - 1];
  if (radio) radio.checked = true;
};

const ACTIONS = {
  Enter: () => press(byKey("accept")),
  x: () => press(byKey("absent")),
  s: () => press(byKey("skip")),
  n: () => press(byKey("skip")),
  p: () => press(byKey("back")),
  c: () => document.getElementById("text")?.focus(),
};

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.key === "Escape" && target instanceof HTMLElement) target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  // Single keys only outside of what takes keys itself; Enter on a radio accepts the choice.
  const isRadio = target instanceof HTMLInputElement && target.type === "radio";
  if (!isRadio && target instanceof HTMLElement && target.closest("input, select, textarea, button, a, summary")) return;
  if (/^[1-9]$/.test(event.key)) choose(Number(event.key));
  const action = ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});

// A page taken back out of the browser's memory may be used again.
addEventListener("pageshow", () => {
  gone = false;
  for (const form of document.forms) delete form.dataset.sent;
});

document.querySelector(".keys")?.removeAttribute("hidden");

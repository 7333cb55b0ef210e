// Ask every few seconds whether the message is read; then show the result. Without scripts the page refreshes itself.
const notice = document.querySelector("[data-again]");

async function look(address) {
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const still = page.querySelector("[data-again]");
    if (!still) {
      location.replace(location.pathname);
      return;
    }
    again(still);
  } catch {
    again(notice);
  }
}

function again(place) {
  setTimeout(() => look(place.dataset.again), Number(place.dataset.wait) * 1000);
}

if (notice) {
  again(notice);
}

// Names and sizes of the files chosen, in words, under the button; the form works the same without.
const LIMIT = 100 * 1024 * 1024;

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

for (const input of document.querySelectorAll('input[type="file"]')) {
  const list = document.createElement("ul");
  list.className = "chosen plain";
  list.setAttribute("aria-live", "polite");
  input.after(list);
  input.addEventListener("change", () => {
    const files = [...input.files];
    const lines = files.map((file) => (file.size ? `${file.name}, ${size(file.size)}` : `${file.name} is empty`));
    if (files.reduce((sum, file) => sum + file.size, 0) > LIMIT) {
      lines.push("Together they are larger than 100 MB. Send them in parts.");
    }
    list.replaceChildren(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  });
  input.form.addEventListener("submit", () => {
    const line = Object.assign(document.createElement("li"), { textContent: "Sending…" });
    list.append(line);
  });
}

// Small comforts on top of pages that work without them.

/** Photos are scaled down on the phone before they travel: the longest side at most this many pixels. */
const LONGEST_SIDE = 2000;
const WORTH_SCALING = 900_000;

function remember(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.isSent) {
      event.preventDefault();
      return;
    }
    form.dataset.isSent = "yes";
    // A page that comes back from the browser's store must be usable again.
    window.addEventListener("pageshow", () => delete form.dataset.isSent, { once: true });
  });
}

function count(area) {
  const most = Number(area.maxLength);
  const note = document.getElementById(`${area.id}-count`);
  if (!note || most <= 0) return;
  const show = () => {
    note.textContent = note.dataset.words.replace("{n}", String(most - area.value.length));
  };
  area.addEventListener("input", show);
  show();
}

async function smaller(file) {
  if (!file.type.startsWith("image/") || file.size < WORTH_SCALING) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file; // whatever the phone can't read, the server judges
  }
}

function shrink(input) {
  input.addEventListener("change", async () => {
    const files = await Promise.all([...input.files].map(smaller));
    const bag = new DataTransfer();
    for (const file of files) bag.items.add(file);
    input.files = bag.files;
    input.dataset.ready = String(bag.files.length);
  });
}

/** Fields that only make sense for one choice: data-shows-for="name=value". */
function follow(part) {
  const [name, value] = part.dataset.showsFor.split("=");
  const inputs = document.querySelectorAll(`input[name="${name}"]`);
  const show = () => {
    const chosen = [...inputs].find((input) => input.checked);
    part.hidden = Boolean(chosen) && chosen.value !== value;
  };
  for (const input of inputs) input.addEventListener("change", show);
  show();
}

for (const form of document.querySelectorAll('form[method="post"]:not(.preferences)')) remember(form);
for (const area of document.querySelectorAll("textarea[maxlength]")) count(area);
for (const input of document.querySelectorAll('input[type="file"][accept^="image"]')) shrink(input);
for (const part of document.querySelectorAll("[data-shows-for]")) follow(part);
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("span").textContent = button.dataset.done;
  });
}
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
// On a phone the desk's navigation is a strip: the place one is at must be in sight.
const here = document.querySelector(".side a[aria-current]");
if (here) here.closest(".side").scrollLeft = here.offsetLeft - 24;
document.getElementById("error-summary")?.focus();

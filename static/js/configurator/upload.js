// A file of one's own: brought by the dialogue or dropped, sent with progress, and then a value of the form.

/** Wire every upload field of the configurator to the form. */
export function mountUploads(el, form) {
  for (const field of el.querySelectorAll("[data-upload]")) mountOne(field, form);
}

function mountOne(field, form) {
  const input = field.querySelector("input[type=file]");
  const said = field.querySelector("[data-upload-said]");
  const bar = field.querySelector("progress");
  const cancel = field.querySelector("[data-cancel]");
  const name = field.querySelector("input[type=radio]").name;
  let going = null;

  async function bring(file) {
    if (file.size > field.dataset.most) return tell(`The file has ${Math.ceil(file.size / 2 ** 20)} MB; at most ${field.dataset.most / 2 ** 20} MB can be read. Save it smaller.`, true);
    going?.abort();
    const request = (going = new XMLHttpRequest());
    show(true);
    tell(`Sending your ${field.dataset.noun} …`);
    try {
      const answer = await send(request, field.dataset.upload, file, (share) => {
        bar.value = share;
        if (share === 1) tell(`Reading your ${field.dataset.noun} …`);
      });
      tell(`Your ${field.dataset.noun} is in the design.`);
      form.setAll({ ...Object.fromEntries(new URLSearchParams(field.dataset.sets)), [name]: answer.name });
    } catch (error) {
      if (request === going) tell(error.message, true);
    } finally {
      if (request === going) show(false);
    }
  }

  function show(on) {
    bar.hidden = cancel.hidden = !on;
    bar.value = 0;
    if (!on) going = null;
  }

  function tell(sentence, wrong = false) {
    said.textContent = sentence;
    said.classList.toggle("error", wrong);
  }

  input.addEventListener("change", () => {
    if (input.files[0]) bring(input.files[0]);
    input.value = ""; // the same file again is a change again
  });
  cancel.addEventListener("click", () => { going?.abort(); input.focus(); });
  field.addEventListener("dragover", (event) => { event.preventDefault(); field.classList.add("over"); });
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    field.classList.remove("over");
    if (event.dataTransfer.files[0]) bring(event.dataTransfer.files[0]);
  });
}

/** Send a file; gives the answer, or throws an error whose message is a sentence for the reader. */
function send(request, url, file, progress) {
  return new Promise((resolve, reject) => {
    const fail = (sentence) => reject(new Error(sentence));
    request.upload.addEventListener("progress", (event) => progress(event.loaded / (event.total || 1)));
    request.addEventListener("load", () => {
      const answer = request.response || {};
      if (request.status === 201) resolve(answer);
      else fail(answer.detail || "The file did not arrive. Please try again.");
    });
    request.addEventListener("error", () => fail("The connection was lost on the way. Please try again."));
    request.addEventListener("abort", () => fail("Cancelled. Your design is as it was."));
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    if (token) request.setRequestHeader("X-CSRFToken", token[1]);
    request.send(file);
  });
}

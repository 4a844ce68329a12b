// What ordinary pages gain from JavaScript; each of them is whole without it.

// A language once chosen is kept for `/` and for permanent addresses.
for (const link of document.querySelectorAll('[data-language]')) {
  link.addEventListener('click', () => {
    document.cookie = `lang=${link.dataset.language}; path=/; max-age=31536000; samesite=lax`;
  });
}

// Copy buttons stand hidden until something can be copied.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const text = button.closest('.code-block').querySelector('code').textContent;
  await navigator.clipboard.writeText(text);
  const label = button.querySelector('span');
  const before = label.textContent;
  label.textContent = button.dataset.done;
  setTimeout(() => { label.textContent = before; }, 2000);
});
if (navigator.clipboard) {
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false;
}

// A page that is made to be printed offers it.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false;
  button.addEventListener('click', () => print());
}

// On a narrow screen the filters start closed: the results come first.
if (matchMedia('(max-width: 60rem)').matches) {
  for (const details of document.querySelectorAll(':is(.facets, .facets-fold) > details:not(:has([aria-current]))')) details.open = false;
}

// `/` goes to the search box, as on most portals; never while typing.
document.addEventListener('keydown', (event) => {
  const isTyping = event.target.closest?.('input, textarea, select, [contenteditable], sql-editor');
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  const box = document.querySelector('input[type="search"]');
  if (box) { event.preventDefault(); box.focus(); box.select(); }
});

// A large file takes a while to send: a bar shows how far it is. Without JavaScript the browser does.
for (const form of document.querySelectorAll('[data-upload]')) {
  form.addEventListener('submit', (event) => {
    const file = form.querySelector('input[type="file"]');
    if (!file?.files.length) return;
    event.preventDefault();
    const bar = document.createElement('progress');
    bar.setAttribute('aria-label', form.dataset.upload);
    form.append(bar);
    const button = form.querySelector('button');
    button.disabled = true;
    const sending = new XMLHttpRequest();
    sending.open('POST', form.action);
    sending.upload.addEventListener('progress', ({ loaded, total }) => {
      // What remains when all is sent is the reading of it: then the bar tells no share.
      if (loaded < total) { bar.max = total; bar.value = loaded; } else bar.removeAttribute('value');
    });
    sending.addEventListener('load', () => {
      if (sending.responseURL !== form.action) { location = sending.responseURL; return; }
      const page = new DOMParser().parseFromString(sending.responseText, 'text/html');
      document.querySelector('main').replaceWith(page.querySelector('main'));
      document.querySelector('[role="alert"]')?.scrollIntoView();
    });
    sending.addEventListener('error', () => { bar.remove(); button.disabled = false; form.submit(); });
    sending.send(new FormData(form));
  });
}

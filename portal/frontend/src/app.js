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

// The list beside the map, in step with it: looking at an item shows where it lies; choosing a place shows its item.
export class List {
  constructor(element, texts, choice) {
    this.element = element;
    this.texts = texts;
    this.choice = choice;
    element.addEventListener('pointerover', (event) => choice.look(rowOf(event.target)));
    element.addEventListener('pointerleave', () => choice.look(null));
    element.addEventListener('focusin', (event) => choice.look(rowOf(event.target)));
    element.addEventListener('focusout', () => choice.look(null));
    element.addEventListener('click', (event) => {
      const button = event.target.closest('.map-show');
      if (button) choice.choose(rowOf(button), null, button);
    });
  }

  item(row) { return this.element.querySelector(`[data-row="${Number(row)}"]`); }

  addButtons(isOnMap) {
    for (const item of this.element.querySelectorAll('[data-row]')) {
      if (!isOnMap(Number(item.dataset.row))) continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button button-small map-show';
      button.textContent = this.texts.show;
      const title = item.querySelector('[data-title], .card-title')?.textContent.trim();
      if (title) {
        const hidden = document.createElement('span');
        hidden.className = 'visually-hidden';
        hidden.textContent = ` – ${title}`;
        button.append(hidden);
      }
      (item.querySelector('[data-map-show], article') ?? item).append(button);
    }
  }

  mark(row, isScrolled) {
    this.element.querySelector('[data-row].is-chosen')?.classList.remove('is-chosen');
    const item = row === null ? null : this.item(row);
    if (!item) return;
    item.classList.add('is-chosen');
    if (isScrolled) this.show(item);
  }

  // A list that scrolls by itself is scrolled; the page is, only where the map stays in sight beside it.
  show(item) {
    if (this.element.scrollHeight > this.element.clientHeight + 1) {
      this.element.scrollTop = item.offsetTop - this.element.offsetTop - (this.element.clientHeight - item.offsetHeight) / 2;
    } else if (getComputedStyle(this.element).getPropertyValue('--map-beside').trim() === '1') {
      item.scrollIntoView({ block: 'nearest' });
    }
  }

  go(row) {
    const item = this.item(row);
    item?.querySelector('a, button')?.focus();
    item?.scrollIntoView({ block: 'nearest' });
  }
}

function rowOf(target) {
  const item = target.closest?.('[data-row]');
  return item ? Number(item.dataset.row) : null;
}

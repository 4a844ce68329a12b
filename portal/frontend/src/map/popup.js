// What a row says, beside its place. Everything is text: nothing that data hold becomes HTML.
import { Popup } from 'maplibre-gl';

export class RowPopup {
  constructor(map, rows, texts, list, isFramed) {
    this.map = map;
    this.rows = rows;
    this.texts = texts;
    this.list = list;
    this.isFramed = isFramed;
    this.onClose = () => {};
    map.getContainer().addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.popup?.remove();
    });
  }

  open(feature, place, opener) { this.show(this.content(feature), place, opener); }

  offer(features, place, choose) {
    const list = make('ul', 'map-popup-offer');
    for (const { properties } of features) {
      const button = make('button', '', properties.title);
      button.type = 'button';
      if (properties.lang) button.lang = properties.lang;
      button.addEventListener('click', () => choose(properties.row));
      const item = make('li');
      item.append(button);
      list.append(item);
    }
    const box = make('div', 'map-popup');
    box.append(make('p', 'map-popup-title', this.texts.here), list);
    this.show(box, place);
  }

  show(content, place, opener) {
    this.popup?.remove();
    const popup = new Popup({ maxWidth: '19rem', closeOnClick: true, focusAfterOpen: Boolean(opener), padding: { top: 8, left: 8, right: 8, bottom: 8 } });
    popup.setLngLat(place).setDOMContent(content).addTo(this.map);
    this.popup = popup;
    popup.on('close', () => {
      if (this.popup !== popup) return;
      this.popup = null;
      this.onClose();
      opener?.focus();
    });
  }

  // Squares of a grid have numbers below 1: they are no rows.
  address(kind, row) { return row > 0 ? this.rows[kind]?.replace('{row}', row) : undefined; }

  async fetch(row, list) {
    const address = this.address('details_address', row);
    const answer = address && await fetch(address).catch(() => null);
    if (!answer?.ok) return;
    const { columns, values } = await answer.json();
    fill(list, columns, values);
    // It has grown: place it anew.
    if (list.isConnected) this.popup?.setOffset();
  }

  content({ properties }) {
    const box = make('div', 'map-popup');
    const title = make('p', 'map-popup-title', properties.title ?? '');
    if (properties.lang) title.lang = properties.lang;
    box.append(title);
    const values = make('dl');
    box.append(values);
    if (properties.values) fill(values, this.rows.columns, properties.values);
    else this.fetch(properties.row, values);
    const ways = make('p', 'map-popup-ways');
    const address = properties.address ?? this.address('row_address', properties.row);
    if (address?.startsWith('/') && !address.startsWith('//')) {
      const link = make('a', '', this.texts.more);
      link.href = address;
      // Within another site's page no page but the embed may be shown.
      if (this.isFramed) { link.target = '_blank'; link.rel = 'noopener'; }
      ways.append(link);
    }
    if (this.list?.item(properties.row)) {
      const button = make('button', '', this.texts.inList);
      button.type = 'button';
      button.addEventListener('click', () => this.list.go(properties.row));
      ways.append(button);
    }
    if (ways.childElementCount) box.append(ways);
    return box;
  }
}

function fill(list, columns, values) {
  values.forEach((value, index) => {
    if (value === null || value === '') return;
    list.append(make('dt', '', columns[index] ?? ''), make('dd', '', String(value)));
  });
}

function make(name, className = '', text = '') {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

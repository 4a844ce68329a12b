// The four numbers beside the map are its filter. Moving the map fills them in; writing them moves the map.
const SIDES = ['west', 'south', 'east', 'north'];

export function followArea(form, map) {
  const fields = SIDES.map((side) => form.elements[side]);
  const fill = () => {
    const bounds = map.getBounds();
    const found = [
      Math.max(-180, bounds.getWest()), Math.max(-90, bounds.getSouth()),
      Math.min(180, bounds.getEast()), Math.min(90, bounds.getNorth()),
    ];
    fields.forEach((field, index) => { field.value = found[index].toFixed(4); });
  };
  // Only a hand moves the filter: a map that shows a chosen row does not.
  map.on('moveend', ({ originalEvent }) => {
    if (!originalEvent) return;
    fill();
    form.classList.add('is-new');
  });
  form.addEventListener('change', () => {
    const [west, south, east, north] = fields.map((field) => field.valueAsNumber);
    form.classList.add('is-new');
    if (west < east && south < north) map.fitBounds([west, south, east, north], { padding: 32 });
  });
  form.addEventListener('submit', () => {
    if (fields.every((field) => field.value === '')) fill();
  });
}

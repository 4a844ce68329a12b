// The names of the municipalities over the map, weightiest first: a name is shown where it covers no other and no number
// of a cluster, and the smaller the place, the nearer one has to come. They guide the eye only; the list says everything.
const LEAST_PEOPLE = [[12, 0], [11, 3_000], [10, 9_000], [9, 18_000], [0, 38_000]];
const GAP = 4;
const CLUSTER = 17;

export class Labels {
  constructor(map, ground, lang) {
    this.map = map;
    this.layer = document.createElement('div');
    this.layer.className = 'map-labels';
    this.layer.setAttribute('aria-hidden', 'true');
    this.towns = ground.features.filter(({ properties }) => properties.kind === 'municipality').map((feature) => {
      const element = document.createElement('span');
      element.textContent = feature.properties[lang];
      element.hidden = true;
      this.layer.append(element);
      return { element, at: feature.geometry.coordinates, people: feature.properties.weight };
    });
    map.getCanvasContainer().append(this.layer);
    map.on('move', () => this.move());
    map.on('idle', () => this.place());
  }

  // Where a name stands: to the right of its point.
  stand(town) {
    const { x, y } = this.map.project(town.at);
    return [Math.round(x) + 6, Math.round(y) - 9];
  }

  move() {
    for (const town of this.towns) {
      if (town.element.hidden) continue;
      const [x, y] = this.stand(town);
      town.element.style.translate = `${x}px ${y}px`;
    }
  }

  place() {
    const { clientWidth, clientHeight } = this.map.getContainer();
    const zoom = this.map.getZoom();
    const least = LEAST_PEOPLE.find(([from]) => zoom >= from)[1];
    const taken = this.map.queryRenderedFeatures({ layers: ['rows-clusters'] }).map(({ geometry }) => {
      const { x, y } = this.map.project(geometry.coordinates);
      return [x - CLUSTER, y - CLUSTER, x + CLUSTER, y + CLUSTER];
    });
    for (const town of this.towns) {
      const [left, top] = this.stand(town);
      const isNear = left > -80 && left < clientWidth && top > -20 && top < clientHeight && town.people >= least;
      if (isNear) {
        town.element.hidden = false;
        town.width ??= town.element.offsetWidth;
      }
      const box = [left - GAP, top - GAP, left + town.width + GAP, top + 18 + GAP];
      town.element.hidden = !isNear || taken.some((other) => meet(box, other));
      if (!town.element.hidden) taken.push(box);
    }
    this.move();
  }
}

function meet([west, north, east, south], other) {
  return west < other[2] && east > other[0] && north < other[3] && south > other[1];
}

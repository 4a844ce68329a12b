// The style of the map: no glyphs, no sprite, nothing fetched from elsewhere but the tiles of the settings.
const NAMES = ['land', 'line', 'border', 'boundary', 'town', 'mark', 'mark-edge', 'on-mark', 'look'];

// Colours as the page's own style sheet has them in the scheme at hand; MapLibre knows no `light-dark()`.
export function coloursOf(element) {
  const probe = document.createElement('span');
  element.append(probe);
  const found = {};
  for (const name of NAMES) {
    probe.style.color = `var(--map-${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

// Areas that overlap are filled faintly and keep their outline; those of a grid are filled only.
const FAINT = 0.05;
const IS_POINT = ['==', ['geometry-type'], 'Point'];
const IS_POLYGON = ['==', ['geometry-type'], 'Polygon'];
const IS_CLUSTER = ['has', 'point_count'];
const kind = (name) => ['==', ['get', 'kind'], name];

export function styleOf(colours, { ground, rows, area, tiles }, clusteredFrom) {
  const [points, shapes] = apart(rows);
  return {
    version: 8,
    sources: {
      ...(tiles ? { tiles: { type: 'raster', tiles: [tiles], tileSize: 256 } } : {}),
      ground: { type: 'geojson', data: ground ?? empty() },
      points: {
        type: 'geojson', data: points, cluster: points.features.length > clusteredFrom, clusterRadius: 40, clusterMaxZoom: 12,
      },
      shapes: { type: 'geojson', data: shapes },
      area: { type: 'geojson', data: area ? { type: 'Feature', properties: {}, geometry: ringOf(area) } : empty() },
      'looked-at': { type: 'geojson', data: empty() },
    },
    layers: [
      { id: 'land', type: 'background', paint: { 'background-color': colours.land } },
      ...(tiles ? [{ id: 'tiles', type: 'raster', source: 'tiles' }] : []),
      line('ground-cantons', 'ground', { 'line-color': colours.line, 'line-width': 1 }, kind('canton')),
      line('ground-boundaries', 'ground', { 'line-color': colours.boundary, 'line-width': 0.8 }, kind('boundary')),
      line('ground-borders', 'ground', { 'line-color': colours.border, 'line-width': 2.2, 'line-dasharray': [3, 1.6] }, kind('border')),
      { id: 'ground-towns', type: 'circle', source: 'ground', filter: kind('municipality'),
        paint: { 'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 1.2, 13, 3], 'circle-color': colours.town } },
      line('area', 'area', { 'line-color': colours.look, 'line-width': 1.5, 'line-dasharray': [2, 2] }),
      { id: 'rows-fill', type: 'fill', source: 'shapes', filter: IS_POLYGON,
        paint: { 'fill-color': colours.mark, 'fill-opacity': ['coalesce', ['get', 'share'], 0.16], 'fill-antialias': false } },
      line('rows-lines', 'shapes', { 'line-color': colours.mark, 'line-width': ['case', ['<', ['coalesce', ['get', 'share'], 0], FAINT], 1.4, 0] }),
      { id: 'rows-clusters', type: 'circle', source: 'points', filter: IS_CLUSTER,
        paint: { 'circle-color': colours.mark, 'circle-stroke-color': colours['mark-edge'], 'circle-stroke-width': 2,
          'circle-radius': ['interpolate', ['linear'], ['log10', ['get', 'point_count']], 0, 13, 2, 19, 4, 27] } },
      { id: 'rows-counts', type: 'symbol', source: 'points', filter: IS_CLUSTER,
        layout: { 'icon-image': ['concat', 'count-', ['get', 'point_count']], 'icon-allow-overlap': true, 'icon-ignore-placement': true } },
      point('rows-points', 'points', ['!', IS_CLUSTER], { 'circle-color': colours.mark, 'circle-stroke-color': colours['mark-edge'] }, 6),
      { id: 'looked-at-fill', type: 'fill', source: 'looked-at', filter: IS_POLYGON, paint: { 'fill-color': colours.look, 'fill-opacity': 0.25 } },
      line('looked-at-lines', 'looked-at', { 'line-color': colours.look, 'line-width': 3 }, ['!', IS_POINT]),
      point('looked-at-points', 'looked-at', IS_POINT, { 'circle-color': colours.look, 'circle-stroke-color': colours['mark-edge'] }, 9),
    ],
  };
}

// Only points can be clustered.
function apart(rows) {
  const is = (feature) => feature.geometry?.type === 'Point';
  const features = rows?.features ?? [];
  return [empty(features.filter(is)), empty(features.filter((feature) => !is(feature)))];
}

const empty = (features = []) => ({ type: 'FeatureCollection', features });

function line(id, source, paint, filter = true) {
  return { id, type: 'line', source, filter: ['all', filter], layout: { 'line-join': 'round', 'line-cap': 'round' }, paint };
}

function point(id, source, filter, paint, radius) {
  return { id, type: 'circle', source, filter, paint: { 'circle-radius': radius, 'circle-stroke-width': 1.5, ...paint } };
}

function ringOf([west, south, east, north]) {
  return { type: 'LineString', coordinates: [[west, south], [east, south], [east, north], [west, north], [west, south]] };
}

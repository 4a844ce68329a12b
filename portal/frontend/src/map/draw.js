// Makes the interactive map: the ground, the rows as points, lines and polygons, clusters, and what binds them to the
// list, the popup and the four fields.
import { Map as MapLibre, NavigationControl, setWorkerUrl } from 'maplibre-gl';
import { followArea } from './area.js';
import { countImage } from './counts.js';
import { Labels } from './labels.js';
import { List } from './list.js';
import { RowPopup } from './popup.js';
import { coloursOf, styleOf } from './style.js';

const TERRITORY = [2.7, 50.42, 4.1, 51.09];
const CLUSTERED_FROM = 200;
const MOST_OFFERED = 20;
const PICKED = ['rows-points', 'rows-clusters', 'rows-lines', 'rows-fill'];

export async function draw(element) {
  const { ground, geojson, worker, styles, lang, bounds, view } = element.dataset;
  const texts = JSON.parse(element.dataset.texts);
  setWorkerUrl(new URL(worker, location.href).href);
  const [groundData, rows] = await Promise.all([fetched(ground), fetched(geojson), styled(styles)]);
  const area = bounds ? bounds.split(',').map(Number) : null;
  const shown = area ?? (view ? view.split(',').map(Number) : extentOf(rows));
  const container = document.createElement('div');
  container.className = 'map-canvas';
  element.append(container);
  const map = new MapLibre({
    container,
    style: styleOf(coloursOf(element), { ground: groundData, rows, area, tiles: element.dataset.tiles }, CLUSTERED_FROM),
    bounds: shown ?? TERRITORY,
    fitBoundsOptions: { padding: 32, maxZoom: 14 },
    locale: texts,
    cooperativeGestures: true,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    renderWorldCopies: false,
    minZoom: 5,
    maxZoom: 18,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }));
  map.setMissingStyleImageResolver((id) => countImage(map, id, coloursOf(element), lang));
  const drawn = new Promise((resolve) => { map.once('load', resolve); });
  new Labels(map, groundData, lang);
  const choice = new Choice(map, element, rows, texts);
  bindPicking(map, choice);
  const form = element.dataset.area && document.getElementById(element.dataset.area);
  if (form) followArea(form, map);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => repaint(map, element));
  await drawn;
  choice.start();
  return map;
}

// What is highlighted (looked at) and what is chosen (opened), on the map and in the list at once.
class Choice {
  constructor(map, element, rows, texts) {
    this.map = map;
    this.byRow = new Map(rows.features.map((feature) => [feature.properties.row, feature]));
    this.chosen = null;
    const list = element.dataset.list && document.getElementById(element.dataset.list);
    this.list = list ? new List(list, texts, this) : null;
    this.popup = new RowPopup(map, rows, texts, this.list, 'framed' in element.dataset);
    this.popup.onClose = () => { this.chosen = null; this.look(null); this.list?.mark(null); };
  }

  start() { this.list?.addButtons((row) => this.byRow.has(row)); }

  look(row) {
    const feature = this.byRow.get(row ?? this.chosen);
    this.map.getSource('looked-at')?.setData({ type: 'FeatureCollection', features: feature ? [feature] : [] });
  }

  // Several things lie in one place: which one is meant?
  offer(rows, lngLat) {
    const features = rows.map((row) => this.byRow.get(row)).filter(Boolean);
    this.popup.offer(features, lngLat, (row) => this.choose(row, lngLat, null));
  }

  choose(row, lngLat, opener) {
    const feature = this.byRow.get(row);
    if (!feature) return;
    const place = lngLat ?? middleOf(feature.geometry);
    if (!lngLat) this.map.easeTo({ center: place, zoom: Math.max(this.map.getZoom(), feature.geometry.type === 'Point' ? 13.2 : 8) });
    this.popup.open(feature, place, opener);
    this.chosen = row;
    this.look(row);
    this.list?.mark(row, !opener);
  }
}

function bindPicking(map, choice) {
  const allAt = ({ x, y }) => map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]], { layers: PICKED });
  const at = (point) => allAt(point)[0];
  map.on('mousemove', ({ point }) => {
    const found = at(point);
    map.getCanvas().classList.toggle('is-pointing', Boolean(found));
    choice.look(found?.properties.row ?? null);
  });
  map.on('mouseout', () => choice.look(null));
  map.on('click', async ({ point, lngLat }) => {
    const here = allAt(point);
    const [found] = here;
    if (!found) return;
    const rows = [...new Set(here.map(({ properties }) => properties.row))].filter((row) => row !== undefined);
    if (found.properties.cluster) {
      const zoom = await map.getSource('points').getClusterExpansionZoom(found.properties.cluster_id);
      map.easeTo({ center: found.geometry.coordinates, zoom: zoom + 0.3 });
    } else if (rows.length > 1) {
      choice.offer(rows.slice(0, MOST_OFFERED), lngLat);
    } else {
      const isPoint = found.geometry.type === 'Point';
      choice.choose(found.properties.row, isPoint ? found.geometry.coordinates : lngLat);
    }
  });
}

function repaint(map, element) {
  const colours = coloursOf(element);
  for (const layer of styleOf(colours, {}, CLUSTERED_FROM).layers) {
    if (!map.getLayer(layer.id)) continue;
    for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name, value);
  }
  for (const id of map.listImages()) if (id.startsWith('count-')) map.removeImage(id);
  map.triggerRepaint();
}

function extentOf({ features }) {
  const found = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (coordinates) => {
    if (typeof coordinates[0] !== 'number') { coordinates.forEach(take); return; }
    const [lon, lat] = coordinates;
    found[0] = Math.min(found[0], lon); found[1] = Math.min(found[1], lat);
    found[2] = Math.max(found[2], lon); found[3] = Math.max(found[3], lat);
  };
  for (const { geometry } of features) if (geometry?.coordinates) take(geometry.coordinates);
  return found[0] <= found[2] ? found : null;
}

function middleOf(geometry) {
  const [west, south, east, north] = extentOf({ features: [{ geometry }] });
  return [(west + east) / 2, (south + north) / 2];
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.json();
}

function styled(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
}

// The number on a cluster as a picture: letters on the map itself would need font files of a form that nothing else uses.
const RATIO = 2;

export function countImage(map, id, colours, lang) {
  if (!id.startsWith('count-') || map.hasImage(id)) return;
  const text = new Intl.NumberFormat(lang, { notation: 'compact' }).format(Number(id.slice(6)));
  const canvas = document.createElement('canvas');
  canvas.width = 48 * RATIO;
  canvas.height = 20 * RATIO;
  const pen = canvas.getContext('2d');
  pen.font = `600 ${13 * RATIO}px ${getComputedStyle(document.body).fontFamily}`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillStyle = colours['on-mark'];
  pen.fillText(text, canvas.width / 2, canvas.height / 2 + RATIO);
  map.addImage(id, pen.getImageData(0, 0, canvas.width, canvas.height), { pixelRatio: RATIO });
}

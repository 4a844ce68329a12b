// A map of the territory. The server has drawn it already; here it comes alive, once the reader stirs and is near it,
// and where the browser can: MapLibre is fetched then, and not before. It costs a slow machine seconds, which nobody
// should wait who only reads.
const SIGNS = ['pointermove', 'pointerdown', 'touchstart', 'wheel', 'scroll', 'keydown', 'focusin'];
const stirred = new Promise((resolve) => {
  for (const sign of SIGNS) window.addEventListener(sign, resolve, { once: true, passive: true });
});

class TerritoryMap extends HTMLElement {
  connectedCallback() {
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      stirred.then(() => this.comeAlive());
    }, { rootMargin: '200px' });
    near.observe(this);
  }

  async comeAlive() {
    const gl = document.createElement('canvas').getContext('webgl2');
    if (!gl) return;
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    try {
      const { draw } = await import('./map/draw.js');
      this.map = await draw(this);
      this.classList.add('is-alive');
    } catch (error) {
      // The drawing stays.
      console.info(error);
      this.querySelector('.map-canvas')?.remove();
      const line = document.createElement('p');
      line.className = 'map-failed';
      line.setAttribute('role', 'status');
      line.textContent = JSON.parse(this.dataset.texts).failed;
      this.append(line);
    }
  }
}
customElements.define('territory-map', TerritoryMap);

// The SQL page with JavaScript: an editor with completion, answers without a new page, and Cancel.
// Without it the textarea posts its form.
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers, drawSelection, highlightActiveLine } from '@codemirror/view';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, SQLDialect, PostgreSQL } from '@codemirror/lang-sql';
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { HighlightStyle, bracketMatching, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const DuckDB = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: `${PostgreSQL.spec.keywords} pivot unpivot summarize describe exclude replace qualify sample asof positional`,
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--accent)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--warn)' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--ink)', fontSize: '15px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', minHeight: '11rem', maxHeight: '30rem' },
  '.cm-content': { padding: '.7rem 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--accent-soft) 45%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'color-mix(in srgb, var(--accent) 28%, transparent)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: '6px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
});

// Chromium keeps the look of replaced text by a style attribute, which the strict policy refuses and reports
// (seen in Chromium 156): so text that replaces a selection never reaches the browser's own editing.
function replaceSelection(event, view) {
  const { from, to, empty } = view.state.selection.main;
  if (event.inputType !== 'insertText' || !event.data || empty || view.composing) return false;
  const insert = () => view.state.update(
    view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
  const isTaken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert));
  if (!isTaken) view.dispatch(insert());
  event.preventDefault();
  return true;
}

class SqlEditor extends HTMLElement {
  connectedCallback() {
    const area = this.querySelector('textarea');
    // A shadow root makes CodeMirror use adopted style sheets: no inline style, so the strict policy holds.
    const root = this.attachShadow({ mode: 'open' });
    const mount = document.createElement('div');
    root.append(mount);
    this.view = new EditorView({
      root,
      parent: mount,
      state: EditorState.create({
        doc: area.value.replace(/^\n/, ''),
        extensions: [
          lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), highlightActiveLine(),
          autocompletion(), syntaxHighlighting(colours), look, EditorView.lineWrapping,
          EditorView.domEventHandlers({ beforeinput: replaceSelection }),
          EditorView.contentAttributes.of({ 'aria-label': this.getAttribute('label') }),
          sql({ dialect: DuckDB, schema: JSON.parse(this.getAttribute('schema')), upperCaseKeywords: true }),
          // Tab is never taken: it leaves the editor.
          keymap.of([{ key: 'Mod-Enter', run: () => { area.form.requestSubmit(); return true; } },
            ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.updateListener.of((update) => { if (update.docChanged) area.value = update.state.doc.toString(); }),
        ],
      }),
    });
    this.classList.add('is-ready');
  }
}
customElements.define('sql-editor', SqlEditor);

const form = document.querySelector('.sql-form');
const run = form.querySelector('[data-run]');
const stop = form.querySelector('[data-stop]');
const status = document.querySelector('[data-status]');
const result = document.querySelector('[data-result]');
let running = null;
form.querySelector('[data-hint]').hidden = false;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (running) await cancel();
  const mine = { id: crypto.randomUUID?.() ?? `q${Date.now()}${Math.random()}`, control: new AbortController() };
  running = mine;
  show(true);
  const body = new URLSearchParams(new FormData(form));
  body.set('query_id', mine.id);
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { 'X-Fragment': 'result' }, signal: mine.control.signal });
    const text = await answer.text();
    if (running !== mine) return;
    if (!answer.ok) { say(form.dataset.failed); return; }
    const fragment = new DOMParser().parseFromString(text, 'text/html').body;
    takeFields(fragment.querySelector('[data-parameters]'));
    result.replaceChildren(...fragment.childNodes);
    status.textContent = result.querySelector('h2')?.textContent ?? status.dataset.done;
    const link = result.querySelector('.summary a');
    if (link) window.history.replaceState(null, '', link.href);
  } catch (error) {
    if (error.name !== 'AbortError') say(form.dataset.failed);
  } finally {
    if (running === mine) { running = null; show(false); }
  }
});

stop.addEventListener('click', async () => { await cancel(); say(form.dataset.cancelled); run.focus(); });

async function cancel() {
  const mine = running;
  if (!mine) return;
  running = null;
  show(false);
  const body = new URLSearchParams({ query_id: mine.id });
  await fetch(form.dataset.cancel, { method: 'POST', body }).catch(() => {});
  mine.control.abort();
}

// The answer brings the fields of its parameters: they stand in the form, and the cursor where it was.
function takeFields(fresh) {
  const old = form.querySelector('[data-parameters]');
  const focused = old.contains(document.activeElement) ? document.activeElement.id : '';
  const isNew = fresh.querySelectorAll('.field').length !== old.querySelectorAll('.field').length;
  old.replaceWith(fresh);
  const empty = [...fresh.querySelectorAll('input, select')].find((field) => !field.value);
  if (focused) document.getElementById(focused)?.focus();
  else if (isNew && empty) empty.focus();
}

function show(isRunning) {
  stop.hidden = !isRunning;
  run.disabled = isRunning;
  result.setAttribute('aria-busy', String(isRunning));
  if (isRunning) status.textContent = status.dataset.running;
}

function say(text) {
  const line = document.createElement('p');
  line.className = 'notice';
  line.textContent = text;
  result.replaceChildren(line);
  status.textContent = text;
}

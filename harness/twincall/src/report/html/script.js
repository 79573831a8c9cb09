'use strict';
(() => {
  // --- Elements. Text is only ever set as text. ---
  const SVG = 'http://www.w3.org/2000/svg';
  const $ = (id) => document.getElementById(id);
  const fill = (element, attributes, children) => {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === false || value === undefined || value === null) continue;
      if (typeof value === 'function') element.addEventListener(name, value);
      else element.setAttribute(name, value === true ? '' : value);
    }
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      element.append(child.nodeType ? child : document.createTextNode(String(child)));
    }
    return element;
  };
  const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
  const s = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

  // --- Data. ---
  const unpack = async (element) => {
    const bytes = Uint8Array.from(atob(element.textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return JSON.parse(await new Response(stream).text());
  };
  const pieces = document.querySelectorAll('script.piece');
  const unpacked = new Map();
  const load = (at) => {
    const piece = Math.floor(at / index.piece);
    if (!unpacked.has(piece)) unpacked.set(piece, unpack(pieces[piece]));
    return unpacked.get(piece).then((cases) => cases[at % index.piece]);
  };
  let index;

  // --- State, kept in the URL. ---
  const FILTERS = ['q', 'verdict', 'rule', 'target', 'alone', 'unexpected'];
  const state = { q: '', verdict: '', rule: '', target: '', alone: '', unexpected: '', case: '', on: '' };
  const readState = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const key of Object.keys(state)) state[key] = given.get(key) || '';
  };
  const address = (changes) => {
    const next = new URLSearchParams();
    for (const [key, value] of Object.entries({ ...state, ...changes })) if (value) next.set(key, value);
    return '#' + next;
  };
  const replace = (changes) => {
    history.replaceState(null, '', address(changes));
    readState();
  };

  // --- The table of cases. Only the rows in view exist. ---
  const HEIGHT = 34;
  let shown = [];
  let selected = -1;
  let body;
  let printing = false;

  const matches = (row) => {
    const on = row.on.filter((one) =>
      (!state.verdict || one.verdict === state.verdict) &&
      (!state.target || one.target === state.target) &&
      (!state.alone || one.alone.includes(state.alone)) &&
      (!state.unexpected || one.unexpected) &&
      (!state.rule || one.rules.some((rule) => index.rules[rule].id === state.rule)));
    if (!on.length) return false;
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    return words.every((word) => row.text.includes(word));
  };
  const mark = (verdict) => h('span', { class: 'mark ' + verdict, 'aria-hidden': 'true' });
  const WENT = { none: 'no calls', same: 'same', differs: 'differs', ended: 'did not return' };
  const cellsOf = (one) => h('span', { class: 'grid' }, one.grid.map((went, path) =>
    h('span', { class: 'cell ' + went, role: 'img', title: `${index.paths[path]}: ${WENT[went]}`, 'aria-label': `${index.paths[path]}: ${WENT[went]}` })));
  const drawRow = (at) => {
    const row = shown[at];
    const on = index.targets.map((target) => {
      const one = row.on.find((one) => one.target === target);
      if (!one) return h('span', { class: 'on' });
      return h('span', { class: 'on' + (one.unexpected ? ' unexpected' : ''), title: `${target}: ${one.verdict}` },
        mark(one.verdict), h('span', { class: 'word' }, one.verdict), one.grid.some((went) => went !== 'none') && cellsOf(one));
    });
    const rules = [...new Set(row.on.flatMap((one) => one.rules))].map((rule) => index.rules[rule].id);
    return h('a', {
      class: 'row', href: address({ case: row.name, on: '' }), 'aria-selected': String(at === selected), title: row.about,
      tabindex: at === Math.max(selected, 0) ? '0' : '-1',
    }, h('span', { class: 'name' }, row.name), on, h('span', { class: 'rules' }, rules.join(', ')));
  };
  const drawRows = () => {
    if (!body || $('table').hidden) return;
    const top = body.getBoundingClientRect().top;
    const from = printing ? 0 : Math.max(0, Math.floor(-top / HEIGHT) - 10);
    const to = printing ? shown.length : Math.min(shown.length, Math.ceil((innerHeight - top) / HEIGHT) + 10);
    const rows = [];
    for (let at = from; at < to; at += 1) rows.push(drawRow(at));
    body.style.paddingTop = from * HEIGHT + 'px';
    body.style.height = printing ? 'auto' : shown.length * HEIGHT + 'px';
    // The row that has the focus is made anew with the others, by a scroll that comes after the key too.
    const focused = body.contains(document.activeElement);
    body.replaceChildren(...rows);
    if (focused) focusSelected();
  };
  const focusSelected = () => {
    const row = body.querySelector('[tabindex="0"]');
    if (row) row.focus({ preventScroll: true });
  };
  const drawTable = () => {
    shown = index.rows.filter(matches);
    selected = Math.min(selected, shown.length - 1);
    const cases = shown.reduce((sum, row) => sum + row.on.length, 0);
    $('shown').textContent = `${shown.length} of ${index.rows.length} cases, ${cases} with their targets`;
    body = h('div', { class: 'body' });
    const paths = index.paths.map((path) => path.replace('->', '→')).join(', ');
    $('table').replaceChildren(
      h('div', { class: 'head' }, h('span', {}, 'case'),
        index.targets.map((target) => h('span', { title: 'calls: ' + paths }, target)), h('span', {}, 'rules')),
      shown.length ? body : h('p', { class: 'empty' }, 'No case matches the filter.'));
    drawRows();
  };
  const select = (at) => {
    if (!shown.length) return;
    selected = Math.max(0, Math.min(shown.length - 1, at));
    const top = body.getBoundingClientRect().top + selected * HEIGHT;
    if (top < 80) scrollBy(0, top - 80);
    if (top > innerHeight - 2 * HEIGHT) scrollBy(0, top - innerHeight + 2 * HEIGHT);
    drawRows();
    focusSelected();
  };

  // --- Source text. ---
  const KEYWORDS = new Set(('alignas auto break case const continue default do else enum extern for goto if inline register restrict return signed ' +
    'sizeof static struct switch typedef union unsigned volatile while _Alignas _Atomic _Bool class namespace template virtual noexcept ' +
    'as async const crate dyn fn impl in let loop match mod move mut pub ref repr self Self super trait type unsafe use where').split(' '));
  const TYPES = new Set(('void char short int long float double bool size_t ssize_t va_list str ' +
    'i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f16 f32 f64 f128').split(' '));
  const source = (text) => text.split(/("(?:[^"\\]|\\.)*"|\/\/.*|\/\*[^]*?\*\/|\w+)/).map((word) => {
    if (KEYWORDS.has(word)) return h('span', { class: 'k' }, word);
    if (TYPES.has(word) || /^c_[a-z]+$|^u?int\d+_t$/.test(word)) return h('span', { class: 't' }, word);
    if (/^"|^\d/.test(word)) return h('span', { class: 's' }, word);
    if (/^\/[/*]/.test(word)) return h('span', { class: 'c' }, word);
    return word;
  });
  const declaration = (language, one) => one && h('div', {},
    h('span', { class: 'quiet' }, `${language} ${one.defined ? 'defines' : 'declares'}`),
    h('pre', { class: 'declaration' }, source(one.text), '\n', h('span', { class: 'at' }, `${one.location.file}:${one.location.line}`)));

  // --- Two lines with the parts that differ marked. ---
  const apart = (one, other) => {
    const words = (text) => text.match(/[\w.%@"]+|\s+|[^]/g) || [];
    const [a, b] = [words(one), words(other)];
    if (a.length * b.length > 250000) return [[one], [other]];
    const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i -= 1) for (let j = b.length - 1; j >= 0; j -= 1)
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    const [left, right] = [[], []];
    let [i, j] = [0, 0];
    const part = (word) => /^\s+$/.test(word) ? word : h('span', { class: 'part' }, word);
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) { left.push(a[i]); right.push(b[j]); i += 1; j += 1; }
      else if (j >= b.length || i < a.length && common[i + 1][j] >= common[i][j + 1]) { left.push(part(a[i])); i += 1; }
      else { right.push(part(b[j])); j += 1; }
    }
    return [left, right];
  };

  // --- A type, bit by bit. ---
  const COLOURS = 6, BYTE = 46, ROW = 24, LEFT = 44, MOST_ROWS = 48;
  const hatch = () => s('defs', {}, s('pattern', { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    s('line', { x1: 0, y1: 0, x2: 0, y2: 6, stroke: 'var(--line)', 'stroke-width': 3 })));
  const drawType = (side, other) => {
    const rows = Math.ceil(side.size / 8);
    const fields = side.fields.map((field, at) => ({ ...field, at, end: field.offset_bits + field.width_bits, lane: 0 }));
    // What shares bits with a field before it, as in a union, is drawn below it.
    for (const field of fields) {
      const over = fields.filter((one) => one.at < field.at && one.offset_bits < field.end && field.offset_bits < one.end).map((one) => one.lane);
      while (over.includes(field.lane)) field.lane += 1;
    }
    const lanes = Math.max(1, ...fields.map((field) => field.lane + 1));
    const same = (field) => !other || other.fields.some((one) =>
      one.offset_bits === field.offset_bits && one.width_bits === field.width_bits && one.kind === field.kind);
    const lines = Math.min(rows, MOST_ROWS);
    const height = ROW * lanes + 4;
    const picture = s('svg', { viewBox: `0 0 ${LEFT + 8 * BYTE + 4} ${18 + lines * height + 4}`, width: LEFT + 8 * BYTE + 4, role: 'img', 'aria-label': `${side.name}: ${side.size} bytes` }, hatch());
    for (let byte = 0; byte < Math.min(8, Math.max(side.size, 1)); byte += 1)
      picture.append(s('text', { class: 'off', x: LEFT + (byte + .5) * BYTE, y: 12, 'text-anchor': 'middle' }, byte));
    const segment = (row, from, to, lane, attributes, label, title) => {
      const [x, y, width] = [LEFT + (from - row * 64) / 8 * BYTE, 18 + row * height + lane * ROW, (to - from) / 8 * BYTE];
      picture.append(s('rect', { x, y, width, height: ROW, ...attributes }, title && s('title', {}, title)));
      const room = Math.floor((width - 4) / 7.3);
      if (label && room >= 1) picture.append(s('text', { x: x + width / 2, y: y + 16, 'text-anchor': 'middle', 'pointer-events': 'none' }, label.length > room ? label.slice(0, Math.max(1, room - 1)) + (room > 2 ? '…' : '') : label));
    };
    const differing = [];
    for (let row = 0; row < lines; row += 1) {
      const [from, to] = [row * 64, Math.min((row + 1) * 64, side.size * 8)];
      picture.append(s('text', { class: 'off', x: LEFT - 8, y: 18 + row * height + 16, 'text-anchor': 'end' }, row * 8));
      let at = from;
      const covered = fields.filter((field) => field.end > from && field.offset_bits < to).sort((a, b) => a.offset_bits - b.offset_bits);
      for (const field of covered) {
        if (field.offset_bits > at) segment(row, at, field.offset_bits, 0, { class: 'pad' }, '', 'padding');
        at = Math.max(at, field.end);
      }
      if (at < to) segment(row, at, to, 0, { class: 'pad' }, '', 'padding');
      for (const field of covered) {
        const [start, end] = [Math.max(from, field.offset_bits), Math.min(to, field.end)];
        const bits = field.offset_bits % 8 || field.width_bits % 8 ? `bit ${field.offset_bits}, ${field.width_bits} bits` : `byte ${field.offset_bits / 8}, ${field.width_bits / 8} bytes`;
        const where = [row, start, end, field.lane];
        const name = field.path || '(value)';
        segment(...where, { class: 'field', fill: `var(--f${field.at % COLOURS})` }, name, `${name}: ${field.kind}, ${bits}`);
        if (!same(field)) differing.push(where);
      }
    }
    for (const where of differing) segment(...where, { class: 'differs', fill: 'none' });
    return picture;
  };
  const typeFigure = (title, side, other) => side && h('figure', {},
    h('figcaption', {}, h('span', { class: 'quiet' }, title + ' '), h('code', {}, side.name), `: `,
      h('span', { class: other && other.size !== side.size ? 'part' : '' }, `${side.size} bytes`),
      side.align ? [', ', h('span', { class: other && other.align !== side.align ? 'part' : '' }, `align ${side.align}`)] : ''),
    drawType(side, other), side.size > MOST_ROWS * 8 && h('p', { class: 'quiet' }, `${side.size - MOST_ROWS * 8} more bytes`));

  // --- A call: arguments on both sides, and the places between them. ---
  const ORDER = ['rdi', 'rsi', 'rdx', 'rcx', 'r8', 'r9', 'r10', 'rax', 'al'];
  const placeOf = (slot) => {
    const at = slot.location;
    if (at.register !== undefined) return at.register;
    if (at.stack !== undefined) return `[rsp+${at.stack.offset + 8}]`;
    if (at['wasm-param'] !== undefined) return `param ${at['wasm-param'].index}`;
    return `result ${at['wasm-result'].index}`;
  };
  const rank = (slot) => {
    const at = slot.location;
    if (at.register !== undefined) {
      const general = ORDER.indexOf(at.register);
      if (general >= 0) return general;
      const [, kind, number] = at.register.match(/^(\D+)(\d*)$/) || [0, at.register, 0];
      return ({ xmm: 100, ymm: 100, zmm: 100, st: 200 }[kind] || 50) + Number(number);
    }
    if (at.stack !== undefined) return 1000 + at.stack.offset;
    if (at['wasm-param'] !== undefined) return at['wasm-param'].index;
    return 5000 + at['wasm-result'].index;
  };
  const holds = (slot) => slot.content === 'value' ? String(slot.width) : `→ ${slot.content.pointer.to} bytes`;
  const EXTENSION = { none: '', sign: ' sext', zero: ' zext' };
  const wording = (slots) => slots.map((slot) => placeOf(slot) + ':' + holds(slot) + EXTENSION[slot.extension]).join(' ') || 'nothing';
  const parameters = (symbol, text) => {
    const name = text.indexOf(symbol);
    const open = text.indexOf('(', Math.max(0, name));
    if (name < 0 || open < 0) return [];
    const found = [''];
    let depth = 0;
    for (const letter of text.slice(open + 1)) {
      if (letter === ')' && depth === 0) break;
      if ('([{<'.includes(letter)) depth += 1;
      if (')]}>'.includes(letter)) depth -= 1;
      if (letter === ',' && depth <= 0) found.push('');
      else found[found.length - 1] += letter;
    }
    return found.map((one) => one.trim());
  };
  const itemsOf = (symbol, side, level) => {
    const names = parameters(symbol, side.declaration.text);
    const items = level.arguments.map((slots, at) => ({
      place: level.attributed ? `argument ${at + 1}` : 'arguments',
      label: level.attributed && names[at] ? names[at] : level.attributed ? `argument ${at + 1}` : 'arguments', slots,
    }));
    if (level.result.length) items.push({ place: 'result', label: 'result', slots: level.result });
    return items;
  };
  const drawCall = (symbol, left, right, standings) => {
    const sides = [left, right].map((side) => side.level ? itemsOf(symbol, side.side, side.level) : []);
    const text = (place) => {
      const standing = standings.find((one) => one.place === place);
      const voice = standing && standing.voices.find((one) => one.name === 'the text');
      return voice && voice.slots;
    };
    const places = new Map();
    const note = (slot) => places.set(placeOf(slot), rank(slot));
    for (const item of sides.flat()) { item.slots.forEach(note); (text(item.place) || []).forEach(note); }
    const names = [...places.keys()].sort((a, b) => places.get(a) - places.get(b));
    const count = Math.max(names.length, sides[0].length, sides[1].length, 1);
    const [STEP, BOX, WIDE] = [32, 24, 800];
    const y = (at, of) => 26 + (at + (count - of) / 2) * STEP;
    const picture = s('svg', { viewBox: `0 0 ${WIDE} ${30 + count * STEP}`, width: WIDE, role: 'img', 'aria-label': `where ${symbol} has its arguments` },
      s('defs', {}, ['', 'part'].map((kind) => s('marker', { id: 'tip' + kind, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        s('path', { d: 'M0 0 8 4 0 8z', class: 'tip ' + kind })))));
    const label = (x, anchor, word) => picture.append(s('text', { class: 'off', x, y: 12, 'text-anchor': anchor }, word));
    label(0, 'start', left.title); label(WIDE / 2, 'middle', 'place'); label(WIDE, 'end', right.title);
    const parted = new Set();
    sides.forEach((items, number) => items.forEach((item) => {
      const other = sides[1 - number].find((one) => one.place === item.place);
      if (other ? wording(other.slots) !== wording(item.slots) : sides[1 - number].length > 0) parted.add(item.place);
    }));
    const middle = (name) => y(names.indexOf(name), names.length) + BOX / 2;
    const wire = (number, from, name, kind, tip) => {
      const [start, end] = number === 0 ? [240, 316] : [WIDE - 240, WIDE - 316];
      const to = middle(name), bend = (start + end) / 2;
      picture.append(s('path', { class: 'wire ' + kind, d: `M${start} ${from}C${bend} ${from} ${bend} ${to} ${end} ${to}`, 'marker-end': `url(#tip${tip})` }));
    };
    sides.forEach((items, number) => items.forEach((item, at) => {
      const top = y(at, items.length);
      const part = parted.has(item.place);
      const x = number === 0 ? 0 : WIDE - 240;
      const expected = text(item.place);
      if (expected && wording(expected) !== wording(item.slots)) for (const slot of expected) wire(number, top + BOX / 2 + 6, placeOf(slot), 'text', '');
      for (const slot of item.slots) wire(number, top + BOX / 2, placeOf(slot), part ? 'part' : '', part ? 'part' : '');
      picture.append(s('rect', { class: 'slot' + (part ? ' part' : ''), x: x + .5, y: top + .5, width: 239, height: BOX - 1, rx: 4 }, s('title', {}, `${item.place}: ${wording(item.slots)}`)),
        s('text', { x: x + 8, y: top + 16 }, item.label.length > 30 ? item.label.slice(0, 29) + '…' : item.label));
    }));
    for (const name of names) {
      const top = y(names.indexOf(name), names.length);
      const within = sides.map((items) => items.flatMap((item) => item.slots.filter((slot) => placeOf(slot) === name)
        .map((slot) => ({ place: item.place, text: holds(slot) + EXTENSION[slot.extension] }))));
      const part = JSON.stringify(within[0]) !== JSON.stringify(within[1]) && sides[0].length > 0 && sides[1].length > 0;
      picture.append(s('rect', { class: 'slot' + (part ? ' part' : ''), x: 316, y: top, width: WIDE - 632, height: BOX, rx: name.startsWith('[') ? 0 : 11 }),
        s('text', { class: 'strong', x: WIDE / 2, y: top + 16, 'text-anchor': 'middle' }, name),
        s('text', { class: 'off', x: 324, y: top + 16 }, within[0].map((one) => one.text).join(', ')),
        s('text', { class: 'off', x: WIDE - 324, y: top + 16, 'text-anchor': 'end' }, within[1].map((one) => one.text).join(', ')));
    }
    return picture;
  };
  const levelFor = (c, rust) => {
    const differ = (opt) => {
      const [a, b] = [c, rust].map((side) => side && side.levels.find((level) => level.opt === opt));
      return a && b && (JSON.stringify(a.arguments) !== JSON.stringify(b.arguments) || JSON.stringify(a.result) !== JSON.stringify(b.result));
    };
    const all = [...new Set([c, rust].filter(Boolean).flatMap((side) => side.levels.map((level) => level.opt)))].sort();
    return all.find(differ) ?? all[0];
  };
  const table = (head, rows) => h('div', { class: 'scroll' }, h('table', {},
    h('thead', {}, h('tr', {}, head.map((cell) => h('th', { scope: 'col' }, cell)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell) => h('td', {}, cell)))))));
  const callSection = (one, names) => {
    const [c, rust] = [one.c, one.rust];
    const opt = levelFor(c, rust);
    const at = (side) => side && side.levels.find((level) => level.opt === opt);
    const [left, right] = [at(c), at(rust)];
    const out = [h('h4', {}, h('code', {}, one.symbol)),
      h('div', { class: 'sides' }, declaration('C', c && c.declaration), declaration('Rust', rust && rust.declaration))];
    if (left || right) {
      const title = (language, level) => level ? `${language} at -O${opt}${level.source === 'machine' ? ', from registers of a call' : ''}` : language;
      out.push(h('figure', {}, drawCall(one.symbol, { side: c, level: left, title: title(names[0] || 'C', left) }, { side: rust, level: right, title: title(names[1] || 'Rust', right) }, one.standings || [])));
    }
    const states = [['C', c], ['Rust', rust]].filter(([, side]) => side && side.model);
    const words = { follows: 'follows the text', departs: 'departs from the text', ambiguous: 'is one of several readings of the text', unsupported: 'is not settled by the text' };
    for (const [language, side] of states) {
      const model = side.model;
      out.push(h('p', { class: 'quiet' }, `${language} ${words[model.state]}`, model.lowering ? [': ', h('code', {}, model.lowering)] : '', (model.clauses || []).length ? ` (${model.clauses.join('; ')})` : '', model.reason ? `: ${model.reason}` : ''));
      const lines = [...(model.departures || []), ...(model.readings || [])];
      if (lines.length) out.push(h('ul', {}, lines.map((line) => h('li', {}, line))));
    }
    if ((one.standings || []).length) {
      out.push(table(['place', 'who', 'where', 'clause'], one.standings.flatMap((standing) => standing.voices.map((voice, at) =>
        [at ? '' : standing.place, (standing.alone || []).includes(voice.name) ? [voice.name, ' ', h('span', { class: 'part' }, 'alone')] : voice.name, h('code', {}, wording(voice.slots)), voice.clause || '']))));
    }
    if (left && right && left.ir && right.ir) {
      const [a, b] = apart(left.ir, right.ir);
      out.push(h('details', {}, h('summary', {}, `LLVM IR at -O${opt}`), h('div', { class: 'sides' },
        h('div', {}, h('span', { class: 'quiet' }, 'C'), h('pre', { class: 'ir' }, a)), h('div', {}, h('span', { class: 'quiet' }, 'Rust'), h('pre', { class: 'ir' }, b)))));
    }
    if (c && rust && c.wasm_type && rust.wasm_type) {
      const [a, b] = apart(c.wasm_type, rust.wasm_type);
      out.push(h('div', { class: 'sides' }, h('p', {}, h('span', { class: 'quiet' }, 'wasm type of C '), h('code', {}, a)), h('p', {}, h('span', { class: 'quiet' }, 'wasm type of Rust '), h('code', {}, b))));
    }
    return out;
  };

  // --- The frame of a page. ---
  const crumbs = (row) => {
    const around = shown.length ? shown : index.rows;
    const here = around.indexOf(row);
    const step = (by, word) => around[here + by] && here >= 0 ? h('a', { href: address({ case: around[here + by].name, on: '' }), rel: by < 0 ? 'prev' : 'next' }, word) : null;
    return h('p', { class: 'crumbs' }, h('a', { href: address({ case: '', on: '' }) }, 'All cases'), step(-1, '← before'), step(1, 'next →'));
  };
  const tabs = (row, at) => h('nav', { class: 'tabs', 'aria-label': 'Targets' }, row.on.map((other, number) =>
    h('a', { href: address({ on: other.target }), 'aria-current': number === at ? 'page' : false }, mark(other.verdict), `${other.target}: ${other.verdict}`, cellsOf(other))));
  const finish = (row, word, out) => {
    const page = $('case');
    page.replaceChildren();
    fill(page, {}, out);
    document.title = `${row.name}: ${word}`;
    page.dataset.ready = row.name;
  };

  // --- The page of a case. ---
  const findingBox = (finding) => {
    const rule = index.rules.find((one) => one.id === finding.rule) || {};
    const at = [finding.symbol, finding.place].filter(Boolean).join(', ');
    return h('section', { class: 'finding' + (finding.expected ? ' expected' : finding.contract_only ? ' words' : '') },
      h('p', {}, h('span', { class: 'rule', title: rule.summary }, finding.rule), ` at ${at}`, (finding.opt || []).length ? ` (${finding.opt.map((opt) => '-O' + opt).join(', ')})` : '', finding.expected && h('span', { class: 'quiet' }, ' expected')),
      (finding.c || finding.rust) && h('div', { class: 'sides' }, h('div', {}, h('span', { class: 'quiet' }, 'C '), finding.c), h('div', {}, h('span', { class: 'quiet' }, 'Rust '), finding.rust)),
      h('div', { class: 'sides' }, declaration('C', finding.c_declaration), declaration('Rust', finding.rust_declaration)),
      (finding.also || []).length > 0 && h('p', {}, 'also in ', h('code', {}, finding.also.join(', '))),
      (finding.effect || []).length > 0 && h('ul', {}, finding.effect.map((effect) => h('li', {}, effect.text))),
      finding.contract_only && h('p', { class: 'quiet' }, 'Nothing promises agreement here; the machine does the same.'),
      h('p', { class: 'clause' }, rule.help, ' ', rule.reference));
  };
  const layoutSection = (one, twin) => {
    if (!one.types.length) return [];
    const out = [h('h3', {}, 'Types')];
    for (const type of one.types) {
      const names = type.c && type.rust && type.c.name !== type.rust.name ? `${type.c.name} and ${type.rust.name}` : (type.c || type.rust).name;
      out.push(h('h4', {}, h('code', {}, names)));
      out.push(h('div', { class: 'draws' }, typeFigure(`C, ${one.target}`, type.c, type.rust), typeFigure(`Rust, ${one.target}`, type.rust, type.c)));
      const there = twin && twin.types.find((other) => (other.c || other.rust).name === (type.c || type.rust).name);
      if (there && JSON.stringify(there) !== JSON.stringify(type))
        out.push(h('details', {}, h('summary', {}, `on ${twin.target}`), h('div', { class: 'draws' },
          typeFigure(`C, ${twin.target}`, there.c, type.c || there.rust), typeFigure(`Rust, ${twin.target}`, there.rust, type.rust || there.c))));
    }
    return out;
  };
  const KINDS = { echo: 'echo', body: 'call', machine: 'registers', tapped: 'watched call' };
  const pathOf = (seen) => `${seen.path.replace('->', ' → ')} -O${seen.opt}`;
  const runSection = (one) => {
    const out = [];
    // Paths that went alike are one row, as are the registers and lines of a crash that was seen on several.
    const rows = new Map();
    for (const seen of one.observations) {
      const endings = [...new Set((seen.endings || []).map((ending) => ending.split(' (')[0]))];
      const results = (seen.results || []).map((result) => `${result.call} gave ${result.values.join('; ')}`);
      const key = JSON.stringify([seen.symbol, seen.kind, seen.returned, seen.calls, endings, results]);
      if (!rows.has(key)) rows.set(key, { seen, endings, results, paths: [] });
      rows.get(key).paths.push(pathOf(seen));
    }
    if (rows.size) {
      out.push(h('h3', {}, 'Calls that were made'), table(['function', 'kind', 'returned', 'what was seen', 'paths'], [...rows.values()].map(({ seen, endings, results, paths }) => [
        h('code', {}, seen.symbol), KINDS[seen.kind] || seen.kind,
        seen.returned < seen.calls ? h('span', { class: 'part' }, `${seen.returned} of ${seen.calls}`) : `${seen.returned} of ${seen.calls}`,
        [endings.map((ending) => h('div', {}, ending)), results.map((result) => h('div', {}, h('code', {}, result)))],
        paths.join(', '),
      ])));
    }
    const crashed = one.observations.filter((seen) => seen.crash);
    crashed.forEach((seen, at) => out.push(h('details', { open: at === 0 }, h('summary', {}, `${seen.crash.signal} in ${seen.symbol}, ${pathOf(seen)}`),
      table(['function', 'where'], (seen.crash.frames || []).map((frame) => [h('code', {}, frame.function || frame.library || frame.offset), frame.file ? `${frame.file}${frame.line ? ':' + frame.line : ''}` : ''])),
      h('p', {}, h('code', {}, [seen.crash.address !== undefined && `at ${seen.crash.address}; `, Object.entries(seen.crash.registers || {}).map(([name, value]) => `${name}=${value}`).join(' ')])))));
    const tapped = one.crossings && (one.crossings.calls || []);
    if (tapped && tapped.length) {
      out.push(h('h3', {}, 'Calls of the fixture’s own code'), one.crossings.first_disagreement && h('p', {}, one.crossings.first_disagreement), table(['call', 'path', 'values'], tapped.slice(0, 40).map((call) => [
        h('code', {}, call.symbol), pathOf(call),
        [call.refused && h('div', {}, h('span', { class: 'part' }, call.refused)),
          [...call.arguments, ...(call.result ? [call.result] : [])].map((value) => h('div', {}, value.agree ? value.text : h('span', { class: 'part' }, value.text)))],
      ])));
    }
    return out;
  };
  // --- The page of a case in which something changed. ---
  const drawDifference = (row, one, at) => {
    const out = [crumbs(row), h('h2', {}, row.name), row.about && h('p', { class: 'about' }, row.about), tabs(row, at)];
    out.push(h('h3', {}, 'What changed'), one.changes.map((change) => h('section', { class: 'finding words' },
      h('p', {}, h('span', { class: 'rule' }, change.kind), ' ', [change.side, change.of, change.place].filter(Boolean).join(' ')),
      h('div', { class: 'sides' }, h('div', {}, h('span', { class: 'quiet' }, 'old '), change.old || 'none'), h('div', {}, h('span', { class: 'quiet' }, 'new '), change.new || 'none')))));
    const drawn = new Set();
    for (const change of one.changes) {
      const key = [change.kind, change.side, change.of].join('/');
      if (!one.old || !one.new || drawn.has(key)) continue;
      drawn.add(key);
      const side = change.side === 'C' ? 'c' : 'rust';
      if (change.kind === 'layout') {
        const [was, is] = [one.old, one.new].map((report) => report.types.map((type) => type[side]).find((type) => type && type.name === change.of));
        if (was && is) out.push(h('h4', {}, `${change.side} `, h('code', {}, change.of)), h('div', { class: 'draws' }, typeFigure('old', was, is), typeFigure('new', is, was)));
      }
      if (change.kind === 'lowering') {
        const [was, is] = [one.old, one.new].map((report) => (report.functions.find((other) => other.symbol === change.of) || {})[side]);
        if (!was || !is) continue;
        const opt = levelFor(was, is);
        const level = (of) => of.levels.find((level) => level.opt === opt);
        out.push(h('h4', {}, `${change.side} `, h('code', {}, change.of)), declaration(change.side, is.declaration),
          h('figure', {}, drawCall(change.of, { side: was, level: level(was), title: `old: ${index.toolchains[0]} at -O${opt}` }, { side: is, level: level(is), title: `new: ${index.toolchains[1]} at -O${opt}` }, [])));
      }
    }
    finish(row, 'changed', out);
  };

  // --- Opening a case. ---
  const drawCase = async () => {
    const row = index.rows.find((row) => row.name === state.case);
    const page = $('case');
    if (!row) { page.replaceChildren(h('p', {}, 'There is no such case. ', h('a', { href: address({ case: '', on: '' }) }, 'All cases'))); return; }
    const all = await Promise.all(row.on.map((one) => load(one.at)));
    const worst = row.on.findIndex((one) => one.unexpected);
    let at = row.on.findIndex((one) => one.target === state.on);
    if (at < 0) at = Math.max(worst, 0);
    const [one, brief] = [all[at], row.on[at]];
    if (index.mode === 'diff') { drawDifference(row, one, at); return; }
    const twin = all.find((other) => other !== one);
    const out = [
      crumbs(row),
      h('h2', {}, row.name), row.about && h('p', { class: 'about' }, row.about),
      (one.references || []).length > 0 && h('p', { class: 'quiet' }, one.references.join(' · ')),
      tabs(row, at),
    ];
    if (one.reason) out.push(h('pre', {}, one.reason));
    out.push(h('div', { class: 'command' }, h('pre', {}, one.command), navigator.clipboard && h('button', { type: 'button', click: () => navigator.clipboard.writeText(one.command) }, 'Copy')));
    const findings = [...one.findings].sort((a, b) => a.expected - b.expected || a.contract_only - b.contract_only);
    if (findings.length) out.push(h('h3', {}, 'Findings'), findings.map(findingBox));
    for (const vanished of one.vanished || []) out.push(h('p', { class: 'bad' }, `The expected ${vanished.rule} did not occur: delete it from ${vanished.file}:${vanished.line}.`));
    if (one.snapshot.state === 'changed') out.push(h('h3', {}, 'The snapshot changed'), h('pre', {}, one.snapshot.diff));
    out.push(layoutSection(one, twin));
    const callsOf = one.functions.filter((other) => other.c || other.rust);
    const broken = new Set(findings.flatMap((finding) => [finding.symbol, ...(finding.also || [])]));
    const sorted = [...callsOf].sort((a, b) => broken.has(b.symbol) - broken.has(a.symbol));
    if (sorted.length) {
      out.push(h('h3', {}, 'Where arguments live'));
      sorted.forEach((other, number) => {
        if (number < 6 || broken.has(other.symbol)) out.push(callSection(other, index.toolchains));
        else {
          const more = h('details', { toggle: () => { if (more.open && more.children.length === 1) more.append(...callSection(other, index.toolchains)); } }, h('summary', {}, h('code', {}, other.symbol)));
          out.push(more);
        }
      });
    }
    out.push(runSection(one));
    const unchecked = (one.unchecked || []).filter((other) => other.symbol);
    if (unchecked.length) out.push(h('h3', {}, 'Compared with nothing'), h('ul', { id: 'unchecked' }, unchecked.map((other) => h('li', {}, `${other.side === 'c' ? 'C' : 'Rust'} `, h('code', {}, other.symbol), other.location ? ` (${other.location.file}:${other.location.line})` : '', `: ${other.reason}`))));
    if ((one.notes || []).length) out.push(h('h3', {}, 'Notes'), h('ul', {}, one.notes.map((note) => h('li', {}, note))));
    finish(row, brief.verdict, out);
  };

  // --- Putting it together. ---
  const title = document.title;
  let before = 0;
  const show = async () => {
    readState();
    const open = Boolean(state.case);
    if (open && !$('summary').hidden) before = scrollY;
    $('summary').hidden = open;
    $('case').hidden = !open;
    for (const key of FILTERS) {
      const control = $(key);
      if (control.type === 'checkbox') control.checked = Boolean(state[key]);
      else if (control.value !== state[key]) control.value = state[key];
    }
    drawTable();
    if (open) { await drawCase(); scrollTo(0, 0); }
    else { document.title = title; scrollTo(0, before); drawRows(); }
    document.body.dataset.ready = 'true';
  };
  const options = (id, all, values) => $(id).replaceChildren(h('option', { value: '' }, all), ...values.map((value) => h('option', { value }, value)));
  const start = async () => {
    index = await unpack($('index'));
    index.targets = [...new Set(index.rows.flatMap((row) => row.on.map((one) => one.target)))];
    for (const row of index.rows) row.text = `${row.name} ${row.about} ${row.on.flatMap((one) => [one.verdict, ...one.rules.map((rule) => index.rules[rule].id)]).join(' ')} ${row.symbols || ''}`.toLowerCase();
    const used = (key) => [...new Set(index.rows.flatMap((row) => row.on.flatMap((one) => one[key])))];
    options('verdict', 'all', used('verdict').sort());
    options('rule', 'all', used('rules').sort((a, b) => a - b).map((rule) => index.rules[rule].id));
    options('target', 'all', index.targets);
    options('alone', 'any', used('alone').sort());
    $('alone').parentElement.hidden = !used('alone').length;
    for (const element of ['filters', 'table', 'legend']) $(element).hidden = false;
    const sample = (kind, name, word) => [h('span', { class: `${kind} ${name}`, 'aria-hidden': 'true' }), word];
    fill($('legend'), {}, [`The four cells are the calls ${index.paths.map((path) => path.replace('->', '→')).join(', ')}:`,
      sample('cell', 'same', 'the same'), sample('cell', 'differs', 'arrived otherwise'), sample('cell', 'ended', 'did not return'), sample('cell', 'none', 'no call')]);
    for (const key of FILTERS) $(key).addEventListener('input', (event) => {
      const control = event.target;
      replace({ [key]: control.type === 'checkbox' ? (control.checked ? '1' : '') : control.value });
      selected = -1;
      drawTable();
    });
    $('filters').addEventListener('submit', (event) => event.preventDefault());
    addEventListener('hashchange', show);
    addEventListener('scroll', drawRows, { passive: true });
    addEventListener('resize', drawRows);
    addEventListener('beforeprint', () => { printing = true; drawRows(); });
    addEventListener('afterprint', () => { printing = false; drawRows(); });
    addEventListener('keydown', (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const go = (link) => { if (link) location.hash = link.getAttribute('href'); };
      if (event.key === 'Escape') {
        if (state.case) location.hash = address({ case: '', on: '' });
        else if (typing) event.target.blur();
      } else if (typing && !(event.target.id === 'q' && event.key === 'ArrowDown')) return;
      else if (event.key === '/') { if (state.case) return; $('q').focus(); }
      else if (state.case && event.key === 'ArrowLeft') go(document.querySelector('.crumbs a[rel=prev]'));
      else if (state.case && event.key === 'ArrowRight') go(document.querySelector('.crumbs a[rel=next]'));
      else if (!state.case && event.key === 'ArrowDown') select(selected + 1);
      else if (!state.case && event.key === 'ArrowUp') select(selected - 1);
      else return;
      event.preventDefault();
    });
    await show();
  };
  start();
})();

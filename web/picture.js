// Moving around in a picture and choosing from it. Texts of the graph are only ever written as text
// (textContent, never innerHTML): a name may hold anything.
'use strict';
(() => {
  const { nodes, links, documents, labels, words } = JSON.parse(document.getElementById('data').textContent);
  const picture = document.getElementById('picture');
  const scene = document.getElementById('scene');
  const stage = document.getElementById('stage');
  const details = document.getElementById('details');
  const tip = document.getElementById('tip');
  const width = Number(picture.dataset.width);
  const height = Number(picture.dataset.height);

  const nodeElements = [...scene.querySelectorAll('.node')];
  const linkElements = [...scene.querySelectorAll('.link')];
  // Few labels have been placed for good; of many, those that are lit are placed when they are.
  const labelsStand = scene.querySelector('.link-labels.few') !== null;
  const linksOf = nodes.map(() => []);
  links.forEach((link, index) => {
    linksOf[link.subject].push(index);
    if (link.object !== link.subject) linksOf[link.object].push(index);
  });

  // --- Making elements -------------------------------------------------------------------------

  /** An element with properties and children; strings become text. */
  function make(name, properties = {}, ...children) {
    const element = document.createElement(name);
    Object.assign(element, properties);
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** Words of the page in its language, with their places filled in. */
  const say = (key, parts = {}) => words[key].replace(/\{(\w+)\}/g, (_, part) => parts[part]);

  /** A name that can't turn the words around it, whatever its script. */
  const name = (text) => make('bdi', {}, text);

  // --- What the page leaves to the script ------------------------------------------------------

  const SVG = 'http://www.w3.org/2000/svg';

  /** An SVG element with attributes and a text. */
  function drawn(name, attributes, text = '') {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.textContent = text;
    return element;
  }

  /** A text as a label: one line, not too long, and nothing in it turns what stands beside it. */
  function short(text) {
    const line = text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '').replace(/\s+/g, ' ').trim();
    const characters = [...line];
    return characters.length > 24 ? `${characters.slice(0, 23).join('')}…` : line;
  }

  nodeElements.forEach((element, index) => {
    const node = nodes[index];
    element.dataset.node = index;
    element.setAttribute('tabindex', '0');
    element.setAttribute('role', 'button');
    element.setAttribute('aria-label', `${node.label}, ${labels[node.kind]}`);
    if (element.querySelector('text') === null) {
      element.append(drawn('text', {
        class: 'on-hover', x: node.x, y: node.y + node.r + 14, 'font-size': 12,
      }, short(node.label)));
    }
  });
  linkElements.forEach((element, index) => {
    element.dataset.link = index;
    // A broad invisible line to hit.
    const path = element.querySelector('path').getAttribute('d');
    element.append(drawn('path', { class: 'hit', d: path, stroke: 'transparent', 'stroke-width': 12 }));
  });
  if (!labelsStand) {
    const group = drawn('g', { class: 'link-labels', 'text-anchor': 'middle', 'font-size': 10 });
    links.forEach((link, index) => {
      const details = new Set(link.claims.map((claim) => claim.detail ?? ''));
      const detail = details.size === 1 ? short([...details][0]) : '';
      const count = link.claims.length > 1 ? `×${link.claims.length}` : '';
      const text = [short(labels[link.predicate]), detail, count].filter(Boolean).join(' ');
      const fill = linkElements[index].getAttribute('stroke');
      group.append(drawn('text', { class: 'of-link', 'data-link': index, fill }, text));
    });
    scene.append(group);
  }
  const labelElements = [...scene.querySelectorAll('.of-link')];

  // --- Moving ----------------------------------------------------------------------------------

  const LEAST = 0.05;
  const MOST = 8;
  let view = { x: 0, y: 0, scale: 1 };

  // While it moves, the picture is a layer that the browser shifts and stretches as it is; once it stands it is drawn
  // anew, sharp. Drawing thousands of lines for each frame would be ten times slower.
  let still = { ...view };
  let wait = 0;

  function show() {
    const grown = view.scale / still.scale;
    const [x, y] = [view.x - still.x * grown, view.y - still.y * grown];
    picture.style.transform = `translate(${x}px, ${y}px) scale(${grown})`;
    clearTimeout(wait);
    wait = setTimeout(draw, 150);
  }

  function draw() {
    clearTimeout(wait);
    still = { ...view };
    picture.style.transform = '';
    scene.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.scale})`);
  }

  function fit() {
    const box = stage.getBoundingClientRect();
    const margin = 28;
    const scale = Math.min((box.width - 2 * margin) / width, (box.height - 2 * margin) / height, 1.8);
    view.scale = Math.max(scale, LEAST);
    view.x = (box.width - width * view.scale) / 2;
    view.y = (box.height - height * view.scale) / 2;
    draw();
  }

  /** Zooms so that the point at x, y of the stage stays where it is. */
  function zoom(factor, x = stage.clientWidth / 2, y = stage.clientHeight / 2) {
    const scale = Math.min(Math.max(view.scale * factor, LEAST), MOST);
    view.x = x - ((x - view.x) * scale) / view.scale;
    view.y = y - ((y - view.y) * scale) / view.scale;
    view.scale = scale;
    show();
  }

  function pan(x, y) {
    view.x += x;
    view.y += y;
    show();
  }

  /** Moves a node into sight if it is out of it. */
  function reveal(node) {
    const x = view.x + node.x * view.scale;
    const y = view.y + node.y * view.scale;
    const margin = 60;
    const off = (at, size) => Math.min(Math.max(at, margin), Math.max(size - margin, margin)) - at;
    pan(off(x, stage.clientWidth), off(y, stage.clientHeight));
  }

  function centre(node) {
    view.scale = Math.max(view.scale, 1);
    view.x = stage.clientWidth / 2 - node.x * view.scale;
    view.y = stage.clientHeight / 2 - node.y * view.scale;
    show();
  }

  const within = (event) => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const pointers = new Map();
  let dragged = false;

  picture.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, within(event));
    if (pointers.size === 1) dragged = false;
  });
  picture.addEventListener('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = within(event);
    if (pointers.size === 1) {
      if (!dragged && Math.hypot(now.x - before.x, now.y - before.y) < 4) return;
      if (!dragged) {
        // Captured only now: a captured click would no longer tell which node it met.
        dragged = true;
        picture.setPointerCapture(event.pointerId);
        picture.classList.add('moving');
      }
      pan(now.x - before.x, now.y - before.y);
    } else if (pointers.size === 2) {
      dragged = true;
      const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
      const apart = (point) => Math.max(Math.hypot(point.x - other.x, point.y - other.y), 1);
      zoom(apart(now) / apart(before), other.x, other.y);
    }
    pointers.set(event.pointerId, now);
  });
  for (const end of ['pointerup', 'pointercancel']) {
    picture.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      if (pointers.size === 0) picture.classList.remove('moving');
    });
  }
  picture.addEventListener('wheel', (event) => {
    event.preventDefault();
    const { x, y } = within(event);
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    zoom(Math.exp(-event.deltaY * lines * 0.0015), x, y);
  }, { passive: false });

  // --- Lighting up -----------------------------------------------------------------------------

  let chosen = null;

  /** The node or link that an event met: {node} or {link}, or null. */
  function met(target) {
    const element = target.closest?.('.node, .link');
    if (!element) return null;
    return element.dataset.node !== undefined
      ? { node: Number(element.dataset.node) }
      : { link: Number(element.dataset.link) };
  }

  /** Lights a node with its neighbours, or a link with its ends; null lights all. */
  function light(thing) {
    const litNodes = new Set();
    const litLinks = new Set();
    if (thing?.node !== undefined) {
      litNodes.add(thing.node);
      for (const index of linksOf[thing.node]) {
        if (linkElements[index].hasAttribute('hidden')) continue;
        litLinks.add(index);
        litNodes.add(links[index].subject).add(links[index].object);
      }
    } else if (thing) {
      litLinks.add(thing.link);
      litNodes.add(links[thing.link].subject).add(links[thing.link].object);
    }
    scene.classList.toggle('focused', thing !== null);
    nodeElements.forEach((element, index) => element.classList.toggle('lit', litNodes.has(index)));
    linkElements.forEach((element, index) => element.classList.toggle('lit', litLinks.has(index)));
    for (const element of labelElements) {
      element.classList.toggle('lit', litLinks.has(Number(element.dataset.link)));
    }
    if (!labelsStand) placeLabels(litNodes, litLinks);
  }

  /** Puts the labels of lit links where they lie on nothing that is lit; one that finds no place is not shown. */
  function placeLabels(litNodes, litLinks) {
    const taken = [...litNodes].map((index) => nodeElements[index].getBBox());
    for (const index of litLinks) {
      const label = labelElements[index];
      const line = linkElements[index].querySelector('.hit');
      label.classList.remove('crowded');
      const size = { width: label.getComputedTextLength() + 4, height: 13 };
      let placed = false;
      for (const part of [0.5, 0.58, 0.42, 0.66, 0.34, 0.74, 0.26, 0.82, 0.18]) {
        const at = line.getPointAtLength(line.getTotalLength() * part);
        const box = { x: at.x - size.width / 2, y: at.y - size.height / 2, ...size };
        const free = taken.every((other) => box.x > other.x + other.width || other.x > box.x + box.width
          || box.y > other.y + other.height || other.y > box.y + box.height);
        if (!free) continue;
        label.setAttribute('x', at.x);
        label.setAttribute('y', at.y + 3.5);
        taken.push(box);
        placed = true;
        break;
      }
      label.classList.toggle('crowded', !placed && litLinks.size > 1);
    }
  }

  picture.addEventListener('pointerover', (event) => {
    if (pointers.size > 0) return;
    const thing = met(event.target);
    // What is chosen stays lit.
    if (chosen === null) light(thing);
    tip.hidden = thing === null;
    if (thing) tip.replaceChildren(thing.node !== undefined ? name(nodes[thing.node].label) : sentence(links[thing.link]));
  });
  picture.addEventListener('pointermove', (event) => {
    if (tip.hidden) return;
    const { x, y } = within(event);
    tip.style.left = `${Math.max(Math.min(x + 14, stage.clientWidth - tip.offsetWidth - 4), 0)}px`;
    tip.style.top = `${Math.min(y + 16, stage.clientHeight - tip.offsetHeight - 4)}px`;
  });
  picture.addEventListener('pointerleave', () => {
    tip.hidden = true;
    light(chosen);
  });

  // --- Choosing --------------------------------------------------------------------------------

  /** "A — founded by → B" */
  function sentence(link) {
    const line = document.createDocumentFragment();
    line.append(
      name(nodes[link.subject].label),
      ` — ${labels[link.predicate]} ${link.symmetric ? '—' : '→'} `,
      name(nodes[link.object].label),
    );
    return line;
  }

  const statusTag = (status) => (status === 'asserted'
    ? null
    : make('span', { className: `tag ${status}` }, labels[status]));

  /** Where a quote stands: the document's title, leading to the web page where it has one. */
  function source(number) {
    const known = documents[number];
    const title = known.title || known.iri;
    let address = null;
    try {
      const url = new URL(known.url ?? '');
      if (url.protocol === 'https:' || url.protocol === 'http:') address = url.href;
    } catch {
      // No address, or none that leads anywhere.
    }
    const line = make('p', { className: 'about' });
    line.append(address
      ? make('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, name(title))
      : name(title));
    const rest = [known.publisher, known.published].filter(Boolean);
    if (rest.length > 0) line.append(' · ', name(rest.join(', ')));
    return line;
  }

  function evidence(claim, ...heading) {
    const about = [claim.detail, claim.date, say('score', { score: Math.round(claim.score * 100) / 100 })].filter(Boolean);
    return make('li', { className: 'claim' },
      ...heading,
      make('p', { className: 'about' }, name(about.join(' · '))),
      claim.quote ? make('blockquote', { dir: 'auto' }, claim.quote) : null,
      source(claim.doc));
  }

  function section(title, items) {
    if (items.length === 0) return [];
    return [make('h3', {}, title), make('ul', {}, ...items)];
  }

  function nodeDetails(index) {
    const node = nodes[index];
    const facts = node.facts.map((fact) => evidence(fact,
      make('p', {}, `${labels[fact.predicate]} `, make('strong', {}, name(fact.value)), ' ', statusTag(fact.status) ?? '')));
    const relations = linksOf[index].map((link) => {
      const button = make('button', { type: 'button', className: 'relation' }, sentence(links[link]));
      const count = links[link].claims.length;
      if (count > 1) button.append(` ×${count}`);
      const tag = statusTag(links[link].status);
      if (tag) button.append(' ', tag);
      button.addEventListener('click', () => choose({ link }));
      return make('li', {}, button);
    });
    const names = node.names.map((other) => make('li', {}, name(other)));
    const list = section(say('names'), names);
    if (list.length > 0) list[1].className = 'names';
    return [
      make('h2', {}, name(node.label)),
      make('p', { className: 'kind' }, labels[node.kind]),
      ...list,
      ...section(`${say('facts')} (${facts.length})`, facts),
      ...section(`${say('relations')} (${relations.length})`, relations),
      make('h3', {}, say('identifier')),
      make('p', { className: 'iri' }, node.iri),
    ];
  }

  function linkDetails(index) {
    const link = links[index];
    const ends = [link.subject, link.object].map((end) => {
      const button = make('button', { type: 'button', className: 'relation' },
        name(nodes[end].label), ` (${labels[nodes[end].kind]})`);
      button.addEventListener('click', () => choose({ node: end }));
      return make('li', {}, button);
    });
    return [
      make('h2', {}, sentence(link)),
      statusTag(link.status) ?? make('p', { className: 'kind' }, labels[link.status]),
      ...section(`${say('evidence')} (${link.claims.length})`, link.claims.map((claim) => evidence(claim))),
      ...section(say('between'), ends),
    ];
  }

  function choose(thing) {
    chosen = thing;
    for (const element of scene.querySelectorAll('.chosen')) element.classList.remove('chosen');
    if (thing === null) {
      details.replaceChildren();
    } else {
      const ofNode = thing.node !== undefined;
      (ofNode ? nodeElements[thing.node] : linkElements[thing.link]).classList.add('chosen');
      const close = make('button', { type: 'button', className: 'close', title: say('close') }, '×');
      close.setAttribute('aria-label', say('close'));
      close.addEventListener('click', () => choose(null));
      details.replaceChildren(close, ...(ofNode ? nodeDetails(thing.node) : linkDetails(thing.link)));
      details.scrollTop = 0;
    }
    details.hidden = thing === null;
    light(thing);
    // The panel takes room from the stage.
    if (thing?.node !== undefined) reveal(nodes[thing.node]);
  }

  picture.addEventListener('click', (event) => {
    if (!dragged) choose(met(event.target));
  });

  // --- Filters ---------------------------------------------------------------------------------

  const boxes = [...document.querySelectorAll('#filters input')];

  function filter() {
    const off = { kind: new Set(), predicate: new Set(), status: new Set() };
    for (const box of boxes) if (!box.checked) off[box.dataset.filter].add(box.value);
    const gone = nodes.map((node) => off.kind.has(node.kind));
    let shownLinks = 0;
    const goneLinks = links.map((link) => {
      const hidden = off.predicate.has(link.predicate) || off.status.has(link.status)
        || gone[link.subject] || gone[link.object];
      if (!hidden) shownLinks += 1;
      return hidden;
    });
    nodeElements.forEach((element, index) => element.toggleAttribute('hidden', gone[index]));
    linkElements.forEach((element, index) => element.toggleAttribute('hidden', goneLinks[index]));
    for (const element of labelElements) element.toggleAttribute('hidden', goneLinks[element.dataset.link]);
    const shownNodes = gone.filter((hidden) => !hidden).length;
    document.getElementById('shown').textContent =
      say('showing', { nodes: shownNodes, all: nodes.length, links: shownLinks, every: links.length });
    light(chosen);
  }

  for (const box of boxes) box.addEventListener('change', filter);

  // --- Search ----------------------------------------------------------------------------------

  const search = document.getElementById('search');
  const found = document.getElementById('found');
  const LISTED = 12;
  let hits = [];
  let active = -1;

  function close() {
    found.hidden = true;
    search.setAttribute('aria-expanded', 'false');
    search.removeAttribute('aria-activedescendant');
  }

  function mark(index) {
    active = index;
    [...found.querySelectorAll('[role=option]')].forEach((item, position) => {
      item.setAttribute('aria-selected', String(position === index));
      if (position === index) {
        search.setAttribute('aria-activedescendant', item.id);
        item.scrollIntoView({ block: 'nearest' });
      }
    });
  }

  function take(index) {
    const node = hits[index];
    if (node === undefined) return;
    close();
    const kind = boxes.find((box) => box.dataset.filter === 'kind' && box.value === nodes[node].kind);
    if (kind && !kind.checked) {
      kind.checked = true;
      filter();
    }
    choose({ node });
    centre(nodes[node]);
  }

  function look() {
    const wanted = search.value.trim().toLowerCase();
    if (wanted === '') {
      close();
      return;
    }
    const all = [];
    nodes.forEach((node, index) => {
      const places = [node.label, ...node.names].map((text) => text.toLowerCase().indexOf(wanted)).filter((at) => at >= 0);
      if (places.length > 0) all.push({ index, begins: places.includes(0) });
    });
    // Nodes come highest ranked first, and sorting keeps that order.
    all.sort((a, b) => Number(b.begins) - Number(a.begins));
    hits = all.slice(0, LISTED).map((hit) => hit.index);
    const items = hits.map((node, position) => {
      const item = make('li', { id: `hit-${position}` }, name(nodes[node].label), make('small', {}, labels[nodes[node].kind]));
      item.setAttribute('role', 'option');
      item.addEventListener('pointerdown', (event) => event.preventDefault());
      item.addEventListener('click', () => take(position));
      return item;
    });
    if (hits.length === 0) items.push(make('li', { className: 'note' }, say('none')));
    if (all.length > hits.length) items.push(make('li', { className: 'note' }, say('some', { shown: hits.length, all: all.length })));
    found.replaceChildren(...items);
    found.hidden = false;
    search.setAttribute('aria-expanded', 'true');
    mark(hits.length > 0 ? 0 : -1);
  }

  search.addEventListener('input', look);
  search.addEventListener('blur', close);
  search.addEventListener('keydown', (event) => {
    const last = hits.length - 1;
    if (event.key === 'ArrowDown') mark(active < last ? active + 1 : 0);
    else if (event.key === 'ArrowUp') mark(active > 0 ? active - 1 : last);
    else if (event.key === 'Enter') take(active);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  // --- Keys and buttons ------------------------------------------------------------------------

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const step = 60;
    const actions = {
      ArrowLeft: () => pan(step, 0),
      ArrowRight: () => pan(-step, 0),
      ArrowUp: () => pan(0, step),
      ArrowDown: () => pan(0, -step),
      '+': () => zoom(1.25),
      '=': () => zoom(1.25),
      '-': () => zoom(0.8),
      '0': fit,
      '/': () => search.focus(),
      Escape: () => choose(null),
    };
    let action = actions[event.key];
    if ((event.key === 'Enter' || event.key === ' ') && met(event.target)) action = () => choose(met(event.target));
    // Arrows scroll a panel that has the focus.
    if (event.key.startsWith('Arrow') && event.target.closest?.('aside')) return;
    if (!action) return;
    event.preventDefault();
    action();
  });
  scene.addEventListener('focusin', (event) => {
    const thing = met(event.target);
    if (thing && event.target.matches(':focus-visible')) light(thing);
  });

  document.getElementById('zoom-in').addEventListener('click', () => zoom(1.25));
  document.getElementById('zoom-out').addEventListener('click', () => zoom(0.8));
  document.getElementById('fit').addEventListener('click', fit);
  document.getElementById('theme').addEventListener('click', () => {
    const root = document.documentElement;
    const systemDark = matchMedia('(prefers-color-scheme: dark)').matches;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : systemDark;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
  addEventListener('resize', fit);

  // From here on the script moves the scene; the view box is for pages without scripts.
  picture.removeAttribute('viewBox');
  fit();
  filter();
})();

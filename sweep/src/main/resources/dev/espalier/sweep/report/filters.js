// The bar of filters: a chip for each value of each facet, and a search by name.

const MANY = 12;

function showFilters(holder) {
  const search = element("input", {
    type: "search", placeholder: "name contains …", "aria-label": "Name contains",
    oninput: () => choose({text: search.value.trim()}),
  });
  const clear = element("button", {type: "button", class: "chip", "data-clear": true, onclick: clearFilters}, "clear");
  const facets = FACETS.filter(facet => facet.values.length > 1);
  const bars = facets.map(facet => (facet.values.length > MANY ? rangeBar(facet) : chipBar(facet)));
  if (configurations.length > 1) {
    holder.append(...bars.map(bar => bar.root), search, clear);
  }
  const number = element("span", {class: "note", "aria-live": "polite"});
  holder.append(number);

  function clearFilters() {
    search.value = "";
    chosen.filters.clear();
    choose({text: ""});
  }
  function draw() {
    bars.forEach(bar => bar.draw());
    clear.hidden = !filtered();
    if (search.value.trim() !== chosen.text) {
      search.value = chosen.text;
    }
    number.textContent = filtered() ? `${count(currentView().shown.length)} of ${count(configurations.length)} trials` : "";
  }
  addView(holder, draw);
  // The trial sticks below this bar, whatever its height is.
  new ResizeObserver(() => document.documentElement.style.setProperty("--filters", `${holder.offsetHeight}px`)).observe(holder);
  return {search, clearFilters};
}

/** Chips that are pressed are shown; where none is, all are. */
function chipBar(facet) {
  const chips = facet.values.map(value => {
    const number = element("small");
    const chip = element("button", {
      type: "button", class: "chip", "data-facet": facet.key, "data-value": String(value),
      onclick: () => {
        const values = new Set(chosen.filters.get(facet.key));
        values.has(value) ? values.delete(value) : values.add(value);
        filter(facet, values);
      },
    }, String(value), number);
    return {value, chip, number};
  });
  function draw() {
    const counts = new Map();
    for (const trial of configurations) {
      if (passes(trial, facet.key)) {
        facet.of(trial).forEach(value => counts.set(value, (counts.get(value) ?? 0) + 1));
      }
    }
    for (const {value, chip, number} of chips) {
      chip.setAttribute("aria-pressed", String(chosen.filters.get(facet.key)?.has(value) ?? false));
      chip.classList.toggle("none", !counts.has(value));
      number.textContent = String(counts.get(value) ?? 0);
    }
  }
  const root = element("span", {class: "facet", role: "group", "aria-label": facet.label},
    element("span", {}, facet.label), chips.map(({chip}) => chip));
  return {root, draw};
}

/** Of many values a range, from one to another. */
function rangeBar(facet) {
  const values = facet.values;
  const list = word => element("select", {
    "aria-label": `${facet.label} ${word}`,
    onchange: () => filter(facet, new Set(values.filter((_, i) => i >= from.selectedIndex && i <= to.selectedIndex))),
  }, values.map(value => element("option", {}, String(value))));
  const from = list("from");
  const to = list("to");
  function draw() {
    const shown = chosen.filters.get(facet.key);
    from.selectedIndex = shown ? values.findIndex(value => shown.has(value)) : 0;
    to.selectedIndex = shown ? values.findLastIndex(value => shown.has(value)) : values.length - 1;
  }
  const root = element("span", {class: "facet", role: "group", "aria-label": facet.label},
    element("span", {}, facet.label), from, "to", to);
  return {root, draw};
}

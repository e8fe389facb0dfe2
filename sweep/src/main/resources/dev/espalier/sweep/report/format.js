// How numbers and metrics are written, and how elements are made. Fractions, never percent.

const WHOLE = new Intl.NumberFormat("en-US", {maximumFractionDigits: 0});
const count = value => WHOLE.format(value);

/** Three digits with a decimal unit: 56.3 kB, 2.82 MB, 35.0 M. */
function withUnit(value, unit) {
  const prefixes = ["", "k", "M", "G", "T"];
  let step = 0;
  let scaled = Math.abs(value);
  while (scaled >= 999.5 && step < prefixes.length - 1) {
    scaled /= 1000;
    step++;
  }
  const digits = step === 0 ? 0 : scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
  return `${value < 0 ? "−" : ""}${scaled.toFixed(digits)} ${prefixes[step]}${unit}`.trim();
}

function duration(seconds) {
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A value of a metric as people read it; short, with its unit. */
function metric(name, value) {
  if (value === null || value === undefined) {
    return "–";
  }
  const {unit, logarithmic} = about(name);
  switch (unit) {
    case "bytes":
      return withUnit(value, "B");
    case "seconds":
      return value < 1 ? `${(value * 1000).toPrecision(3)} ms` : duration(value);
    case "fraction of weights":
      return value.toFixed(3);
    case "count":
      return logarithmic ? withUnit(value, "") : Number.isInteger(value) ? count(value) : value.toFixed(4);
    case "number":
      return Number.isInteger(value) ? count(value) : value.toFixed(4);
    default:
      return value.toFixed(4);
  }
}

/** The same for the ticks of an axis, without digits that say nothing. */
const tick = (name, value) => metric(name, value).replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");

/** The same in full, for tables that people copy from. */
function exact(name, value) {
  if (value === null || value === undefined) {
    return "–";
  }
  return Number.isInteger(value) ? count(value) : String(value);
}

/** A difference with its sign, and a real minus. */
const signed = (value, digits) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

/** Values of axes and chips in their natural order: numbers by size, then words. */
function naturally(a, b) {
  const numbers = [a, b].map(value => (typeof value === "number" ? value : Infinity));
  return numbers[0] !== numbers[1] ? numbers[0] - numbers[1] : String(a).localeCompare(String(b));
}

/** The different values, in their natural order. */
const distinct = values => [...new Set(values)].sort(naturally);

/**
 * An element with properties (class, data and aria attributes by name, on* as listeners) and
 * children; text becomes text, never markup.
 */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) {
      made.addEventListener(name.slice(2), value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return made;
}

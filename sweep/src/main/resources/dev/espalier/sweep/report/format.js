// How numbers and metrics are written, and how elements are made. Fractions, never percent.

const WHOLE = new Intl.NumberFormat("en-US", {maximumFractionDigits: 0});
const LABELS = {
  "val/accuracy": "validation accuracy",
  "test/accuracy": "test accuracy",
  "val/loss": "validation loss",
  "test/loss": "test loss",
  "train/loss": "training loss",
  "size/compressed_bytes": "compressed size",
  "size/dense_bytes": "size as plain 32-bit weights",
  "macs/nonzero": "MACs with non-zero weights",
  "macs/dense": "MACs",
  "params/nonzero": "non-zero parameters",
  "params/total": "parameters",
  "sparsity/achieved": "sparsity",
  "values/max": "most values in a layer",
  "layers/collapsed": "layers without a weight",
  "latency/batch1_seconds": "latency of one image",
  seconds: "seconds, shared stages included",
};

const label = name => LABELS[name] ?? name;

/** For heads of columns and axes. */
const shortLabel = name => label(name).replace("validation", "val").replace("compressed ", "").replace(" with non-zero weights", ", non-zero").replace(", shared stages included", "");

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
  if (name === "seconds") {
    return duration(value);
  }
  if (name.startsWith("size/") || name.endsWith("_bytes")) {
    return withUnit(value, "B");
  }
  if (/^(params|macs)\//.test(name)) {
    return withUnit(value, "");
  }
  if (name.startsWith("latency/")) {
    return `${(value * 1000).toPrecision(3)} ms`;
  }
  if (name.startsWith("sparsity/")) {
    return value.toFixed(3);
  }
  return Number.isInteger(value) && !/accuracy|loss/.test(name) ? count(value) : value.toFixed(4);
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

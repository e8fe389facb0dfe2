// Colours of the charts. Categories have a colour after Okabe and Ito and a symbol, so that they can
// be told apart without seeing colours; orders of magnitude run through cividis.

const OKABE_ITO = {
  light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"],
  dark: ["#56b4e9", "#e69f00", "#2cc295", "#cc79a7", "#f0743e", "#f0e442"],
};
const SYMBOLS = ["circle", "triangle", "rect", "diamond", "roundRect", "pin"];
const CIVIDIS = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"];

const isDark = () => document.documentElement.dataset.theme === "dark";
const css = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** The colours of the page, as they are now. */
function palette() {
  const names = ["page", "card", "ink", "soft", "line", "faint", "accent", "grey"];
  return {...Object.fromEntries(names.map(name => [name, css(name)])), series: OKABE_ITO[isDark() ? "dark" : "light"]};
}

/** The look of category number i. */
function look(i) {
  const {series} = palette();
  return {colour: series[i % series.length], symbol: SYMBOLS[i % SYMBOLS.length]};
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/** What all charts share. */
function chartBase(colours) {
  return {
    animation: false,
    textStyle: {fontFamily: FONT, color: colours.ink},
    tooltip: {
      confine: true,
      backgroundColor: colours.card,
      borderColor: colours.line,
      textStyle: {color: colours.ink, fontSize: 13},
      transitionDuration: 0,
    },
    legend: {textStyle: {color: colours.ink}, inactiveColor: colours.grey, itemWidth: 14, itemHeight: 10, top: 0, left: 0, type: "scroll", pageIconColor: colours.soft, pageTextStyle: {color: colours.soft}},
  };
}

function axisLook(colours, name) {
  return {
    name,
    nameLocation: "middle",
    nameTextStyle: {color: colours.soft, fontSize: 12.5},
    axisLine: {show: true, lineStyle: {color: colours.grey}},
    axisTick: {lineStyle: {color: colours.grey}},
    axisLabel: {color: colours.soft, fontSize: 12, hideOverlap: true},
    splitLine: {lineStyle: {color: colours.faint}},
  };
}

/** The chart in an element, made on first use; it follows the size of its element. */
function chartIn(holder) {
  let chart = echarts.getInstanceByDom(holder);
  if (!chart) {
    chart = echarts.init(holder, null, {renderer: "canvas"});
    new ResizeObserver(() => chart.resize()).observe(holder);
  }
  return chart;
}

/** Says in place of a chart why there is none; an empty text shows the chart. */
function sayEmpty(holder, words) {
  holder.classList.toggle("empty", words !== "");
  holder.dataset.empty = words;
  return words !== "";
}

/** Light, dark, or what the system asks for. */
function showThemeChoice(holder) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  let asked = null;
  try {
    asked = localStorage.getItem("espalier-theme");
  } catch {
    // a browser may refuse storage to files; then the choice lasts as long as the page
  }
  const buttons = ["auto", "light", "dark"].map(name =>
    element("button", {type: "button", "data-theme-choice": name, onclick: () => apply(name === "auto" ? null : name)}, name));
  function apply(theme) {
    asked = theme;
    try {
      theme ? localStorage.setItem("espalier-theme", theme) : localStorage.removeItem("espalier-theme");
    } catch {
      // as above
    }
    document.documentElement.dataset.theme = theme ?? (system.matches ? "dark" : "light");
    buttons.forEach(button => button.setAttribute("aria-pressed", String(button.textContent === (theme ?? "auto"))));
    redraw();
  }
  system.addEventListener("change", () => apply(asked));
  holder.append(...buttons);
  apply(asked);
}

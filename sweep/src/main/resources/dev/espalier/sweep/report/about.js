// What failed, the spec, and where the numbers come from.

function showFailed(section) {
  if (failed.length > 0) {
    section.hidden = false;
    section.querySelector(".scroll").append(element("table", {}, element("tbody", {}, failed.map(trial => element("tr", {},
      element("td", {class: "text"}, element("a", {href: `#trial=${encodeURIComponent(trial.name)}`}, trial.name)),
      element("td", {class: "text wrap"}, trial.failed))))));
  }
}

function showAbout(section) {
  const {data: images, versions, environments} = data;
  const split = [["training", images.train], ["validation", images.validation], ["test", images.test]];
  const facts = [
    ["data set", `${images.name}: ${split.map(([name, n]) => `${count(n)} ${name}`).join(", ")} images of ${images.height} × ${images.width} × ${images.channels} in ${images.classes} classes`],
    ["its digest", images.digest],
    ["objectives", objectives.map(({metric: name, maximize}) => `${maximize ? "maximize" : "minimize"} ${name}`).join(", ")],
    ...environments.map(place => ["ran on", `${place.engine} on ${place.instruction_set}, ${place.natives}, Java ${place.jdk} (${count(place.stages)} stages)`]),
    ["versions", `recipe ${versions.recipe}, measure ${versions.measure}; page by ${versions.program} with Apache ECharts ${versions.charts} (Apache License 2.0)`],
  ];
  section.querySelector(".content").append(
    element("dl", {class: "facts"}, facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
    element("h3", {}, "spec.yaml, as resolved"), element("pre", {}, data.spec));
}

function showSummary(holder) {
  const left = data.planned - trials.length;
  holder.textContent = [
    `${count(completed.length)} of ${count(data.planned)} trials completed${failed.length ? `, ${count(failed.length)} failed` : ""}${left ? `, ${count(left)} left` : ""}`,
    `${data.data.name}, ${count(data.data.validation)} validation images`,
    networks.length === 1 ? networks[0] : networks.length > 1 ? `${networks.length} networks` : "",
    seeds.length === 1 ? "one seed" : seeds.length > 1 ? `${seeds.length} seeds, shown by their means` : "",
  ].filter(Boolean).join(" · ");
}

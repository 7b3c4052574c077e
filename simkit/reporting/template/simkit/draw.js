"use strict";
// Draws each specification beside it. `ast` makes Vega interpret its expressions, so that the page needs no eval.
for (const figure of document.querySelectorAll("figure.chart")) {
  const canvas = figure.querySelector(".canvas");
  const options = {
    mode: "vega-lite",
    renderer: "svg",
    actions: false,
    ast: true,
    defaultStyle: false,
    tooltip: { disableDefaultStyle: true },
  };
  vegaEmbed(canvas, JSON.parse(figure.querySelector("script").textContent), options).catch((error) => {
    canvas.textContent = String(error);
  });
}

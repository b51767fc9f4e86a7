// Tiles as plain buttons: their texts come from the server, and a click sends the number of the tile.
export function render({model}) {
  const grid = document.createElement("div");
  grid.className = "grid";
  const cells = [];
  const show = () => {
    model.texts.forEach((texts, n) => {
      if (!cells[n]) {
        const cell = document.createElement("button");
        cell.type = "button";
        for (const name of ["title", "figure", "sentence"]) {
          const line = document.createElement("span");
          line.className = name;
          cell.append(line);
        }
        cell.addEventListener("click", () => model.send_msg(n));
        cells.push(cell);
        grid.append(cell);
      }
      texts.forEach((text, i) => {
        const line = cells[n].children[i];
        if (line.textContent !== text) line.textContent = text;
      });
    });
  };
  model.on("texts", show);
  show();
  return grid;
}

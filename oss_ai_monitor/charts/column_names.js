// Runs in the browser for each name below a heat map: where columns are narrower than letters are high, only every second,
// third or further one is named, for the names stand upright there and would cover each other.
if (figure.properties.inner_width.is_unset) return tick;  // not on the page yet
const every = Math.ceil(13 / Math.max(figure.inner_width / ticks.length, 1));
return index % every ? "" : tick;

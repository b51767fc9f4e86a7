// Runs in the browser for each name beside rows: on a narrow figure the shorter names are shown, so that bars have room.
const {factors, tags} = figure.y_range, at = factors.indexOf(tick);
const width = figure.properties.outer_width.is_unset ? window.innerWidth : figure.outer_width;
return width < 700 && tags.length === factors.length && at >= 0 ? tags[at] : tick;

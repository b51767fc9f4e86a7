// Formats ticks of a time axis: Jan 2024; with the day where several ticks fall into one month; a year stands once.
// Bokeh's ticker may name the first of January twice. Intl would be slower than a list of months.
if (index > 0 && ticks[index - 1] === tick) return "";
const day = new Date(tick), near = (t, i) => i > 0 && t > ticks[i - 1] && t - ticks[i - 1] < 27 * 864e5;
const close = ticks.some(near);
const month = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")[day.getUTCMonth()];
const before = index > 0 ? new Date(ticks[index - 1]) : null;
const year = !before || before.getUTCFullYear() !== day.getUTCFullYear() ? " " + day.getUTCFullYear() : "";
return (close ? day.getUTCDate() + " " : "") + month + year;

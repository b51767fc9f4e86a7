// Formats ticks of small panels. Zero is always a tick; with figure spaces before it, it is the widest one, so that new
// ticks need no new layout, which is the slowest step.
return tick === 0 ? "\u2007".repeat(5) + "0" : tick.toLocaleString("en-GB").replace("-", "−");

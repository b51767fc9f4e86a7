// Formats ticks as 20K, 1.5M and 2B, with a true minus.
return tick.toLocaleString("en", {notation: "compact", maximumFractionDigits: 1}).replace("-", "−");

// Formats ticks as numbers with thousands separators and a true minus.
return tick.toLocaleString("en-GB").replace("-", "−");

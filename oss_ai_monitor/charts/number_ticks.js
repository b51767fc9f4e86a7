// Formats ticks by a numeral format, such as "0,0", "+0,0.[0]" or "0.[0]%": with thousands separators and a true minus.
const digits = /\.\[?(0+)/.exec(format)?.[1].length ?? 0;
return (tick || 0).toLocaleString("en-GB", {
  style: format.endsWith("%") ? "percent" : "decimal", signDisplay: format.startsWith("+") ? "exceptZero" : "auto",
  minimumFractionDigits: format.includes("[") ? 0 : digits, maximumFractionDigits: digits,
}).replace("-", "−");

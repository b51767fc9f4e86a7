// Formats a number for the hover by its format, such as "+2" or "1": an optional sign and the digits after the point.
if (!Number.isFinite(value)) return "none";
const digits = Number(format.slice(-1)), sign = format.startsWith("+") && value > 0 ? "+" : "";
return sign + value.toLocaleString("en-GB", {maximumFractionDigits: digits}).replace("-", "−");

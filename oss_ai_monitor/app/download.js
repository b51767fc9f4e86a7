// Let the browser download a file.
const download = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// The bytes that a text of base64 holds.
const bytes_of = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

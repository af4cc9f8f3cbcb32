// Redoc on our own schema, with the fonts of this machine.
const place = document.getElementById("redoc");

Redoc.init(
  place.dataset.schema,
  {
    disableSearch: false,
    hideDownloadButton: false,
    theme: { typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } } },
  },
  place,
);

// Runs in the browser when a figure of rows got another width: the room for names was measured before, with those of the
// width that it had, and is measured again where other names are shown now. Nothing is sent back to the server.
axis.setv({tags: [figure.outer_width < 700 ? "short names" : "long names"]}, {sync: false});

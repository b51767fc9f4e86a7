// On a narrow screen the drawer of filters is closed at first; it is hidden until this has been decided.
if (window.innerWidth < 600)
  for (const root of holder.document.roots()) if (root.class_name === "Page") root.data.sidebar_open = false;
setTimeout(() => document.documentElement.style.setProperty("--drawer-visibility", "visible"), 600);

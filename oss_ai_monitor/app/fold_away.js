// On a narrow screen the drawer of filters begins folded away, and is not seen until that is known.
if (window.innerWidth < 600)
  for (const root of holder.document.roots()) if (root.class_name === "Page") root.data.sidebar_open = false;
setTimeout(() => document.documentElement.style.setProperty("--drawer-visibility", "visible"), 600);

// Filters a source that all panels share: the rows of the panel with this number.
return Array.from(source.data.panel, (panel) => panel === number)

// Which rows of a layer are drawn: all but those of the names that are hidden by a click in the legend.
const hidden = legend.hidden_names, names = source.data[column];
return hidden?.size && names ? Array.from(names, (name) => !hidden.has(name)) : null;

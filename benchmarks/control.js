const control = (label) => [...Bokeh.documents[0]._all_models.values()]
  .findLast((model) => model.data?.label === label && "value" in model.data.attributes);

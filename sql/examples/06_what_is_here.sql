-- What is in this warehouse, and what it leaves out
-- grain: dataset
-- Start here: every number of the page stands on one of these datasets.
select dataset, label, as_of, models, dated, undated, evaluations, flagged, folded, lag_days, is_closed, is_simulated
from marts.datasets
order by dataset

select distinct models.dataset, models.type
from marts.model_counts_by_type as models
join core.datasets using (dataset)
anti join core.types on types.dataset_kind = datasets.kind and types.type = models.type

select distinct models.dataset, models.type
from marts.models_by_day_type_architecture_and_size as models
join core.datasets using (dataset)
anti join core.types on types.dataset_kind = datasets.kind and types.type = models.type

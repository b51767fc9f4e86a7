-- grain: architecture
-- Architectures that can be chosen, in reading order, each with its colour and how many models of the dataset it has.
select
    architectures.architecture,
    architectures.color,
    coalesce(sum(counted.models), 0)::bigint as models,
from core.architectures
left join marts.model_counts_by_architecture as counted
    on counted.architecture = architectures.architecture and counted.dataset = $dataset
group by architectures.architecture, architectures.color, architectures.rank
order by architectures.rank

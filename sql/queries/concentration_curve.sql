-- grain: is_without_largest, rank
-- The share of all downloads that the most downloaded models, owners, families or regions of a dataset have together, by how many these are;
-- on request also without its most downloaded model.
select
    is_without_largest,
    rank,
    member_share,
    download_share,
from marts.concentration_curve
where dataset = $dataset
    and level = $level
    and ($without_largest or not is_without_largest)
order by is_without_largest, rank

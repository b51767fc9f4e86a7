-- The value of all rows of a group, if they have the same one; several, if they differ or some have none; NULL, if none has any.
create macro same_or_several(value) as
    case when count(*) = count(value) and min(value) = max(value) then min(value) when count(value) > 0 then 'several' end

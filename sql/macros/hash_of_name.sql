-- A number that stands for a name, whatever its letter case. The name counts from its end as well: of a series of names that differ in two signs, some have the same hash.
create macro hash_of_name(name) as hash(lower(name), reverse(lower(name)))

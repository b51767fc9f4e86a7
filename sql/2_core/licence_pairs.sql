-- grain: base, derivative
-- What the licence of a base model asks of those who pass on a derivative, by clause: a curated list, and no legal advice. What is not in it is not judged.
select
    base, /* licence of the base model, in the spelling of core.models */
    derivative, /* licence that the derivative declares; any: whatever it declares, and where it declares none */
    verdict, /* what the base's licence asks for */
    clause, /* where it says so */
    source, /* the licence itself */
from seeds.licence_pairs

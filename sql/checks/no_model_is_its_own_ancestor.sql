select model_key from core.keyed_lineage where model_key = ancestor_key

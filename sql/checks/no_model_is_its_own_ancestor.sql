select model_key from core.lineage_by_key where model_key = ancestor_key

select model_id from core.lineage where model_id = ancestor_id

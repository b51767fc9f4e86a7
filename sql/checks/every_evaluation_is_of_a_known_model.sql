select leaderboard, evaluation_id, model_key from core.keyed_submissions anti join core.models using (model_key)

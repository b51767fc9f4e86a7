select leaderboard, evaluation_id, model_key from core.submissions_by_key anti join core.models using (model_key)

select leaderboard, model_id from core.evaluations anti join core.models using (model_id)

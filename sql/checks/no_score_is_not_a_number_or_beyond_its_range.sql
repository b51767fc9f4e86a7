select leaderboard, model_id, score from core.evaluations where isnan(score) or score < 0 or score > 100

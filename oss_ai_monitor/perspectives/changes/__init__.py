"""What changed on the Hub and on the leaderboards."""

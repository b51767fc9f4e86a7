"""The page served to strangers: probes, metrics, logs. `panel serve` with what an operator needs around it.

Knows Panel's server and Tornado; nothing of what a perspective asks.
"""

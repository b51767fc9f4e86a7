"""The page served to the public: `panel serve` with login, limits, headers, probes, metrics and logs around it.

Knows Panel's server and Tornado, and nothing about single perspectives.
"""

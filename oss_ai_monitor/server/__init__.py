"""The page served to the public: `panel serve` with login, limits, headers, probes, metrics and logs around it.

Knows Panel's server and Tornado, and nothing about single perspectives.
"""

PREPARING = "OSS_AI_MONITOR_PREPARING"
"""The variable with the id of a process that prepares the data meanwhile; set by `oss-ai-monitor serve` alone."""

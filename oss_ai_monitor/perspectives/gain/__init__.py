"""What derivatives gain over their bases."""

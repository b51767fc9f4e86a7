"""What the warehouse says when it refuses: WarehouseError > BuildFailed > CheckFailed, and NoWarehouse."""


class WarehouseError(Exception):
    """Anything that the warehouse refuses, in words for a reader."""


class BuildFailed(WarehouseError):
    """A relation could not be made; the generation before it still serves."""


class CheckFailed(BuildFailed):
    """Rows exist that must not: the message holds up to five of them."""


class NoWarehouse(WarehouseError):
    """There is nothing to open yet; the message says what to run."""

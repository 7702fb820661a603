"""What can go wrong with the warehouse. Belongs here: the error types. Does not belong here: what to do about them."""


class WarehouseError(Exception):
    """The warehouse can not be used as asked; the message says what to do next. Trying again will not help."""


class WarehouseBusy(Exception):
    """Another process still has the warehouse open. Trying again later will help."""

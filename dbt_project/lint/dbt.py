"""What sqlfluff takes for dbt's ``dbt`` when it renders the models offline (``library_path`` of ``.sqlfluff``).

Belongs here: the members of ``dbt`` that the project's models use. Does not belong here: anything that dbt runs.
"""


def string_literal(text: str) -> str:
    """A quoted text."""
    return f"'{text}'"

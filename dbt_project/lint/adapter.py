"""What sqlfluff takes for dbt's ``adapter`` when it renders the models offline (``library_path`` of ``.sqlfluff``).

Belongs here: the members of ``adapter`` that the project's macros use. Does not belong here: anything that dbt runs.
"""

from collections.abc import Callable

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, name: str, package: str | None = None) -> Callable[..., str]:
    """The macro of the default target, which stands in the same file as its dispatcher."""
    return context.resolve(f"default__{name}")  # type: ignore[no-any-return]

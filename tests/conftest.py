"""What holds for all tests: the same examples every time, and no judgement by the clock of a busy machine."""

from hypothesis import settings

settings.register_profile("dangol", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("dangol")

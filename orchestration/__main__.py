"""``python -m orchestration``: the same as `dangol`."""

from orchestration.cli.main import main

if __name__ == "__main__":
    main()

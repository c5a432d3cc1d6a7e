"""`python -m perfscore`."""

from perfscore.cli.main import main

if __name__ == "__main__":
    main()

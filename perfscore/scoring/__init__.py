"""Outcomes in, Assessment out: facts as data. Telling them is for `readings.text` and the layers above.

Called by checks, the edges and the command line.
"""

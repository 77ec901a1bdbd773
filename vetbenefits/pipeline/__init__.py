"""The hallway: opens rules and rosters, decides batch by batch, and hands each batch on.

Prints nothing, writes nothing and asks for no clock. What cannot be used ends in `InvalidInput`
with every problem found; everything else is returned.
"""

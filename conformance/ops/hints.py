"""What the random draws need to know of single ops to be accepted often enough.

HINTS maps an op to a dict:
    attrs   attribute -> function(random) -> value
    fix     function(random, attrs) that makes attributes fit each other
    inputs  argument -> function(random, attrs, earlier inputs) -> input without its dtype
    node    function(random, drawer) -> {"attrs", "inputs"}: the whole node
"""

HINTS = {}

"""What differs between two protobuf messages, field by field."""

from google.protobuf import message


def flat(value, path=""):
    """{path: scalar} of a message."""
    found = {}
    if not isinstance(value, message.Message):
        return {path: value}
    fields = value.ListFields()
    if not fields:
        found[path] = "empty"
    for field, content in fields:
        name = f"{path}.{field.name}" if path else field.name
        if hasattr(content, "items"):
            for key in content:
                found.update(flat(content[key], f"{name}[{key!r}]"))
        elif field.is_repeated:
            for i, element in enumerate(content):
                found.update(flat(element, f"{name}[{i}]"))
        else:
            found.update(flat(content, name))
    return found


def differ(a, b):
    """Lines, one for each field that differs."""
    x, y = flat(a), flat(b)
    paths = [p for p in [*x, *(p for p in y if p not in x)] if x.get(p) != y.get(p)]
    lines = [f"{p or 'it'} is {_shown(x, p)}, TensorFlow's {_shown(y, p)}" for p in paths[:4]]
    return lines + ([f"{len(paths) - 4} more fields"] if len(paths) > 4 else [])


def _shown(fields, path):
    return repr(fields[path]) if path in fields else "absent"


def brief(value):
    """A message in a line, cut where it is long."""
    text = " ".join(str(value).split())
    return text if len(text) < 200 else text[:200] + " …"

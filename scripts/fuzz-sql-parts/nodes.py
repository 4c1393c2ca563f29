"""Query text as a tree that can be made smaller: what the generator builds and the shrinker cuts."""


import contextlib

# The forms that texts are made in now.
MODES = frozenset()


@contextlib.contextmanager
def written(*modes):
    """Inside, every text is that of the query in these forms.

    forgiving: casts give NULL and operations have room; textual: doubles become decimals by way of their text;
    filled: no cast to a number gives NULL; roomy: the decimals of a set operation's sides have one shape before
    they meet, and those of aggregates and of arithmetic fewer than all 38 digits; rounded: aggregates that are doubles have
    seven digits, six behind the point.
    """
    global MODES
    before, MODES = MODES, frozenset(modes)
    try:
        yield
    finally:
        MODES = before


class Node:
    """Text made of strings and nodes."""

    def __init__(self, *parts):
        self.parts = list(parts)

    def text(self):
        return "".join(p if isinstance(p, str) else p.text() for p in self.parts)

    def children(self):
        return [p for p in self.parts if isinstance(p, Node)]

    def swap(self, old, new):
        self.parts = [new if p is old else p for p in self.parts]


class Typed(Node):
    """An expression of a kind; another one of its kind, or a plain constant, may stand for it."""

    def __init__(self, kind, *parts):
        super().__init__(*parts)
        self.kind = kind

    def kind_now(self):
        """The kind in the form that texts are made in."""
        return self.kind


class Cast(Typed):
    """A strict cast; where failures are to give NULL, TRY_CAST."""

    def text(self):
        if "textual" in MODES and [p.kind_now() for p in self.children()] == ["double"] and " AS DECIMAL" in self.parts[-1]:
            text = f"{self.parts[0]}CAST({self.parts[1].text()} AS VARCHAR){self.parts[2]}"
        else:
            text = super().text()
        if "forgiving" in MODES and text.startswith("CAST("):
            text = "TRY_" + text
        target = self.parts[-1].removeprefix(" AS ").removesuffix(")")
        if "filled" in MODES and self.kind in ("int", "long", "double", "dec"):
            return f"COALESCE({text}, CAST(7 AS {target}))"
        return text


class Arithmetic(Typed):
    """An operation that may leave the range of its type; where it must not, over wider operands.

    `wide` is the type of the operands then.
    """

    def __init__(self, kind, wide, *parts):
        super().__init__(kind, *parts)
        self.wide = wide

    def kind_now(self):
        return "double" if "forgiving" in MODES and self.wide == "DOUBLE" else self.kind

    def text(self):
        if "forgiving" not in MODES:
            text = super().text()
            return f"TRY_CAST({text} AS DECIMAL(28,10))" if "roomy" in MODES and self.kind == "dec" else text
        text = "".join(p if isinstance(p, str) else f"CAST({p.text()} AS {self.wide})" for p in self.parts)
        narrow = {"int": "INT", "long": "BIGINT"}.get(self.kind)
        return f"TRY_CAST({text} AS {narrow})" if narrow else text


class Side(Node):
    """One side of a set operation, in brackets; `kinds` are those of its columns."""

    def __init__(self, kinds, *parts):
        super().__init__(*parts)
        self.kinds = kinds

    def text(self):
        if "roomy" not in MODES or "dec" not in self.kinds:
            return super().text()
        items = ", ".join(f"TRY_CAST(o{i} AS DECIMAL(38,10)) AS o{i}" if kind == "dec" else f"o{i}"
                          for i, kind in enumerate(self.kinds))
        return f"(SELECT {items} FROM {super().text()} AS side)"


class Aggregated(Typed):
    """What an aggregate gives; in the roomy form a decimal leaves digits for what it meets, in the rounded form a
    double has no digits that rounding on the way may have made."""

    def text(self):
        if "rounded" in MODES and self.kind == "double":
            return f"round(CAST(CAST({super().text()} AS FLOAT) AS DOUBLE), 6)"
        if "roomy" in MODES and self.kind == "dec":
            return f"TRY_CAST({super().text()} AS DECIMAL(28,10))"
        return super().text()


class Optional(Node):
    """A clause that may be left out."""


class Several(Node):
    """Items with a separator, of which `least` must stay."""

    def __init__(self, items, separator=", ", least=1):
        super().__init__(*items)
        self.separator = separator
        self.least = least

    def text(self):
        return self.separator.join(p.text() for p in self.parts)


class Query(Node):
    """A query with the kinds of its columns; another one of the same kinds may stand for it."""

    def __init__(self, columns, *parts):
        super().__init__(*parts)
        self.columns = columns


def walk(node, parent=None):
    yield node, parent
    for child in node.children():
        yield from walk(child, node)


PLAIN = {
    "int": ["1"], "long": ["CAST(1 AS BIGINT)"], "double": ["CAST(1 AS DOUBLE)"],
    "dec": ["1.5"], "str": ["'a'"], "bool": ["TRUE"], "date": ["DATE '2024-01-01'"],
    "ts": ["TIMESTAMP '2024-01-01 00:00:00'"], "list": ["[1]"],
}


def smaller(root):
    """Changes that make the tree smaller, each as (apply, undo)."""
    for node, parent in list(walk(root)):
        if isinstance(node, Optional) and node.parts:
            kept = node.parts

            def drop(node=node):
                node.parts = []

            def back(node=node, kept=kept):
                node.parts = kept
            yield drop, back
        if isinstance(node, Several):
            for item in list(node.parts):
                if len(node.parts) > node.least:
                    kept = list(node.parts)

                    def drop(node=node, item=item):
                        node.parts = [p for p in node.parts if p is not item]

                    def back(node=node, kept=kept):
                        node.parts = kept
                    yield drop, back
        if parent is None:
            continue
        stand_ins = []
        if isinstance(node, Typed):
            below = [n for n, _ in walk(node) if n is not node and isinstance(n, Typed)]
            stand_ins = [n for n in below if n.kind == node.kind]
            if node.children() or "." in node.text() or "(" in node.text():
                stand_ins += [Typed(node.kind, t) for t in PLAIN.get(node.kind, [])
                              if t != node.text()]
        elif isinstance(node, Query):
            stand_ins = [n for n, _ in walk(node)
                         if n is not node and isinstance(n, Query) and n.columns == node.columns]
        for new in stand_ins:
            def put(parent=parent, node=node, new=new):
                parent.swap(node, new)

            def back(parent=parent, node=node, new=new):
                parent.swap(new, node)
            yield put, back


def outer_parts(root):
    """Changes that take out subqueries of expressions and conditions of those in FROM, each as (apply, undo)."""
    for node, parent in list(walk(root)):
        if parent is None:
            continue
        if isinstance(node, Typed) and "SELECT " in node.text() and node.kind in PLAIN:
            new = Typed(node.kind, PLAIN[node.kind][0])

            def put(parent=parent, node=node, new=new):
                parent.swap(node, new)

            def back(parent=parent, node=node, new=new):
                parent.swap(new, node)
            yield put, back
        elif isinstance(node, Optional) and node.parts and node.text().startswith(" WHERE "):
            kept = node.parts

            def drop(node=node):
                node.parts = []

            def keep(node=node, kept=kept):
                node.parts = kept
            yield drop, keep


def shrink(root, still_fails, budget):
    """The smallest tree reached by greedy steps that still fails; `budget` trials at most."""
    progress = True
    while progress and budget > 0:
        progress = False
        for apply, undo in smaller(root):
            before = root.text()
            apply()
            if root.text() == before:
                undo()
                continue
            budget -= 1
            if len(root.text()) < len(before) and still_fails(root):
                progress = True
                break
            undo()
            if budget <= 0:
                break
    return root.text()

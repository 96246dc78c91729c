"""`extend:` adds names to an actor of another file, which stays as it is."""

BASE = """
actors:
  - {id: snsc, kind: organisation, names: {en: [Security Council]}}
  - {id: head, kind: office, of: snsc, titles: {en: [secretary]}}
rules: [{id: r, match: actor:snsc}]
"""


def texts(terms) -> list[str]:
    """Give the terms as written."""
    return [term.text for term in terms]


def test_names_are_added_to_every_list(load):
    """The actor has its own names and those of every file that extends it."""
    book = load(
        a=BASE,
        b="actors: [{extend: snsc, names: {fa: [شورا]}, weak: [Council], context: [Iran], not: [UN]}]",
        c="actors: [{extend: snsc, names: {ru: [Совбез]}}, {extend: head, informal: {en: [security chief]}}]",
    )
    assert book.problems == ()
    actor = book.actors["snsc"]
    assert texts(actor.names) == ["Security Council", "شورا", "Совбез"]
    assert (texts(actor.weak), texts(actor.context), texts(actor.cancels)) == (
        ["Council"],
        ["Iran"],
        ["UN"],
    )
    assert texts(book.actors["head"].informal) == ["security chief"]


def test_what_it_adds_changes_the_rules_that_name_the_actor(load):
    """A rule's checksum covers the names that other files add."""
    alone, extended = load(a=BASE), load(a=BASE, b="actors: [{extend: snsc, names: [SNSC of Iran]}]")
    assert alone.rules["r"].checksum != extended.rules["r"].checksum


def test_an_unknown_actor_is_told_with_the_nearest(load):
    """The file is left out, and nothing else."""
    book = load(a=BASE, b="actors: [{extend: snscc, names: [x y]}]")
    (problem,) = book.problems
    assert (problem.line, problem.column) == (1, 19)
    assert "there is no actor 'snscc'" in problem.message
    assert "did you mean 'snsc'?" in problem.hint
    assert texts(book.actors["snsc"].names) == ["Security Council"]


def test_a_broken_file_extends_nothing(load):
    """The unit left out is the file."""
    book = load(a=BASE, b="actors: [{extend: snsc, names: [Majlis]}]\nrules: [{id: x, match: 'a b'}]")
    assert texts(book.actors["snsc"].names) == ["Security Council"]
    assert "r" in book.rules


def test_it_brings_names_only(load):
    """Whatever else an actor has stays with the file that declares it."""
    for extra, said in (("kind: person", "unknown key 'kind'"), ("id: x", "unknown key 'id'")):
        book = load(a=BASE, b=f"actors: [{{extend: snsc, names: [x y], {extra}}}]")
        assert [said in problem.message for problem in book.problems] == [True]
    (problem,) = load(a=BASE, b="actors: [{extend: snsc, titles: [chief]}]").problems
    assert "titles belong to offices only" in problem.message
    (problem,) = load(a=BASE, b="actors: [{extend: snsc}]").problems
    assert "nothing is added to snsc" in problem.message


def test_shared_names_are_told_across_extensions(load):
    """Lint sees the actor as it is in the end."""
    book = load(
        a=BASE,
        b="actors: [{extend: snsc, names: [Majlis]}, {id: m, kind: organisation, names: [Majlis]}]",
    )
    assert [problem.code for problem in book.problems] == ["shared-name"]

"""Places that clients share in turns."""

from mla_graph.adhoc.turns import ANYBODY, Ticket, Turns


def asked(turns: Turns, *clients: str) -> list[Ticket]:
    return [turns.ask(client, lambda: None) for client in clients]


def granted(tickets: list[Ticket]) -> list[bool]:
    return [ticket.granted for ticket in tickets]


def test_one_place_of_several_is_kept_from_a_client_that_has_the_others() -> None:
    turns = Turns(3, reserved=1)
    tickets = asked(turns, "a", "a", "a", "b", "b")
    assert granted(tickets) == [True, True, False, True, False]
    assert turns.wanted


def test_a_single_place_is_for_everybody() -> None:
    assert granted(asked(Turns(1, reserved=1), "a", "b")) == [True, False]


def test_who_says_nothing_of_itself_may_have_every_place() -> None:
    assert granted(asked(Turns(2, reserved=1), ANYBODY, ANYBODY)) == [True, True]


def test_the_client_with_the_fewest_goes_next_and_then_who_came_first() -> None:
    turns = Turns(2)
    first, *waiting = asked(turns, "a", "a", "a", "b", "c")
    turns.end(first)
    assert granted(waiting) == [True, False, True, False]
    turns.end(waiting[0])
    assert granted(waiting[1:]) == [False, True, True]


def test_clients_take_turns_at_a_single_place() -> None:
    turns = Turns(1)
    tickets = asked(turns, "a", "a", "a", "b", "b")
    order = []
    while left := [ticket for ticket in tickets if ticket.granted]:
        order.append(left[0].client)
        tickets.remove(left[0])
        turns.end(left[0])
    assert order == ["a", "b", "a", "b", "a"]


def test_who_gives_up_is_passed_over() -> None:
    turns = Turns(1)
    first, second, third = asked(turns, "a", "b", "c")
    turns.end(second)
    turns.end(first)
    assert (second.granted, third.granted) == (False, True)

"""Allocation by auction, and its certificate; allocation in a closed event, and its blocking pairs.

Edges: for worker w the entries ptr[w] to ptr[w + 1] of post and value (list order, best first). Seats of post p lie
from seat_ptr[p] to seat_ptr[p + 1]; they hold a heap of bids, the lowest first.
"""

from __future__ import annotations

from gongyou.matching.arrays import Array
from gongyou.matching.compiled import compiled


@compiled
def _less(bids: Array, holders: Array, a: int, b: int) -> bool:
    """Between equal bids the later worker goes first."""
    return bool(bids[a] < bids[b] or (bids[a] == bids[b] and holders[a] > holders[b]))


@compiled
def _swap(bids: Array, holders: Array, a: int, b: int) -> None:
    bids[a], bids[b] = bids[b], bids[a]
    holders[a], holders[b] = holders[b], holders[a]


@compiled
def _push(bids: Array, holders: Array, first: int, size: int, bid: int, holder: int) -> None:
    at = size
    bids[first + at], holders[first + at] = bid, holder
    while at > 0 and _less(bids, holders, first + at, first + (at - 1) // 2):
        _swap(bids, holders, first + at, first + (at - 1) // 2)
        at = (at - 1) // 2


@compiled
def _replace(bids: Array, holders: Array, first: int, size: int, bid: int, holder: int) -> int:
    """Put a bid in the place of the lowest; who held that."""
    out = holders[first]
    bids[first], holders[first] = bid, holder
    at = 0
    while True:
        low = 2 * at + 1
        if low >= size:
            break
        if low + 1 < size and _less(bids, holders, first + low + 1, first + low):
            low += 1
        if not _less(bids, holders, first + low, first + at):
            break
        _swap(bids, holders, first + at, first + low)
        at = low
    return int(out)


@compiled
def _two_best(ptr: Array, post: Array, value: Array, price: Array, w: int) -> tuple[int, int, int]:
    """Edge of the best net value (−1: none above 0), its net value, and the second best (at least 0: staying out)."""
    best, first, second = -1, 0, 0
    for edge in range(ptr[w], ptr[w + 1]):
        net = value[edge] - price[post[edge]]
        if net > first:
            best, first, second = edge, net, first
        elif net > second:
            second = net
    return best, first, second


@compiled
def auction(
    ptr: Array, post: Array, value: Array, seat_ptr: Array, order: Array, epsilon: int,
    bids: Array, holders: Array, filled: Array, price: Array, given: Array,
) -> int:  # fmt: skip
    """Forward auction from zero prices; who is outbid bids again at once. Fills price and given (edge or −1); bids made.

    A post that is not full costs nothing, so unfilled posts end at price 0 and the dual bound holds for any market.
    """
    made = 0
    for start in range(len(order)):
        w = order[start]
        while w >= 0:
            edge, net, second = _two_best(ptr, post, value, price, w)
            if edge < 0:
                given[w] = -1
                break
            p = post[edge]
            first, seats = seat_ptr[p], seat_ptr[p + 1] - seat_ptr[p]
            bid = price[p] + net - second + epsilon
            given[w] = edge
            made += 1
            if filled[p] < seats:
                _push(bids, holders, first, filled[p], bid, w)
                filled[p] += 1
                w = -1
            else:
                w = _replace(bids, holders, first, seats, bid, w)
                given[w] = -1
            if filled[p] == seats:
                price[p] = bids[first]
    return made


@compiled
def bound_of(ptr: Array, post: Array, value: Array, seat_ptr: Array, price: Array) -> int:
    """Dual bound: what all seats cost and what every worker could still gain. No allocation on these edges is worth more."""
    total = 0
    for p in range(len(price)):
        total += price[p] * (seat_ptr[p + 1] - seat_ptr[p])
    for w in range(len(ptr) - 1):
        _, net, _ = _two_best(ptr, post, value, price, w)
        total += net
    return int(total)


@compiled
def propose(
    ptr: Array, post: Array, standing: Array, seat_ptr: Array, waiting: Array, next_edge: Array,
    bids: Array, holders: Array, filled: Array, given: Array,
) -> int:  # fmt: skip
    """Deferred acceptance: the waiting workers propose down their lists, posts keep the best standing. Proposals made.

    next_edge[w] is where a worker goes on, so lists may grow and the event continue.
    """
    made = 0
    for start in range(len(waiting)):
        w = waiting[start]
        while w >= 0:
            if next_edge[w] >= ptr[w + 1]:
                break
            edge = next_edge[w]
            next_edge[w] += 1
            made += 1
            p = post[edge]
            first, seats = seat_ptr[p], seat_ptr[p + 1] - seat_ptr[p]
            if filled[p] < seats:
                _push(bids, holders, first, filled[p], standing[edge], w)
                filled[p] += 1
                given[w] = p
                w = -1
            elif standing[edge] > bids[first]:
                given[w] = p
                w = _replace(bids, holders, first, seats, standing[edge], w)
                given[w] = -1
    return made


@compiled
def blocking_pairs(
    ptr: Array, post: Array, standing: Array, seat_ptr: Array, bids: Array, filled: Array, given: Array
) -> int:
    """Pairs of the lists who would both rather have each other: 0 in a stable allocation."""
    found = 0
    for w in range(len(ptr) - 1):
        for edge in range(ptr[w], ptr[w + 1]):
            p = post[edge]
            if given[w] == p:
                break
            if filled[p] < seat_ptr[p + 1] - seat_ptr[p] or standing[edge] > bids[seat_ptr[p]]:
                found += 1
    return found


@compiled
def first_come(ptr: Array, post: Array, order: Array, seats: Array, given: Array) -> int:
    """Everyone in turn takes the first post of the list that has a seat left; how many get one."""
    placed = 0
    for at in range(len(order)):
        w = order[at]
        for edge in range(ptr[w], ptr[w + 1]):
            if seats[post[edge]] > 0:
                seats[post[edge]] -= 1
                given[w] = edge
                placed += 1
                break
    return placed

"""OR-tools' min-cost flow on our edges, in an environment of its own: `python flow_peer.py edges.npz` → JSON."""

import json
import sys
import time

import numpy as np
from ortools.graph.python import min_cost_flow

edges = np.load(sys.argv[1])
ptr, post, value, seats = edges["ptr"], edges["post"], edges["value"], edges["seats"]
n, m = len(ptr) - 1, len(seats)
begun = time.process_time()
flow = min_cost_flow.SimpleMinCostFlow()
worker = np.repeat(np.arange(n), np.diff(ptr))
sink = n + m
tails = np.concatenate([worker, np.arange(n), n + np.arange(m)])
heads = np.concatenate([n + post, np.full(n, sink), np.full(m, sink)])
room = np.concatenate([np.ones(len(post), np.int64), np.ones(n, np.int64), seats.astype(np.int64)])
cost = np.concatenate([-value.astype(np.int64), np.zeros(n + m, np.int64)])
flow.add_arcs_with_capacity_and_unit_cost(tails.astype(np.int32), heads.astype(np.int32), room, cost)
flow.set_nodes_supplies(
    np.arange(n + m + 1, dtype=np.int32), np.concatenate([np.ones(n), np.zeros(m), [-n]]).astype(np.int64)
)
status = flow.solve()
assert status == flow.OPTIMAL, status
print(json.dumps({"cpu": time.process_time() - begun, "total": -int(flow.optimal_cost())}))

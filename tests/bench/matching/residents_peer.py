"""The `matching` package on a small closed event, in an environment of its own: `python residents_peer.py event.json`."""

import json
import sys
import threading
import time
import warnings

from matching.games import HospitalResident

warnings.simplefilter("ignore")
with open(sys.argv[1], encoding="utf-8") as file:
    event = json.load(file)


def solve() -> None:
    begun = time.process_time()
    game = HospitalResident.create_from_dictionaries(event["residents"], event["hospitals"], event["seats"])
    solved = game.solve(optimal="resident")
    cpu = time.process_time() - begun
    found = {str(r): str(h) for h, held in solved.items() for r in held}
    print(json.dumps({"cpu": cpu, "found": found}))


sys.setrecursionlimit(1_000_000)  # it copies its players deeply, each knows all it ranks
threading.stack_size(512 * 1024 * 1024)
thread = threading.Thread(target=solve)
thread.start()
thread.join()

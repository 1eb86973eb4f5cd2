"""How long a search from each component takes with NetworkX, igraph, rustworkx and networkit: `peers.py GRAPH EVERY`.

Reads a graph of `make_graph.py`, takes every need for a hard one, searches from one in EVERY components, and prints for each
library the seconds that searches from all of them would take. networkit has an algorithm for all of them at once, which
is run as it is. A library that can't be imported is named.
"""

import sys
import time


def edges(path):
    with open(path, encoding="ascii") as lines:
        count = int(next(lines).split()[0])
        pairs = []
        for line in lines:
            row = [int(word) for word in line.split()]
            pairs.extend((target, row[0]) for target in row[2:])
    return count, pairs


def timed(name, count, every, search):
    starts = range(0, count, every)
    begun = time.perf_counter()
    for start in starts:
        search(start)
    print(name, f"{(time.perf_counter() - begun) * count / len(starts):.1f}")


def main():
    count, pairs = edges(sys.argv[1])
    every = int(sys.argv[2])
    try:
        import networkx

        graph = networkx.DiGraph()
        graph.add_nodes_from(range(count))
        graph.add_edges_from(pairs)
        timed("networkx", count, every, lambda start: len(networkx.descendants(graph, start)))
    except ImportError:
        print("networkx is not installed")
    try:
        import igraph

        graph = igraph.Graph(count, pairs, directed=True)
        timed("igraph", count, every, lambda start: len(graph.subcomponent(start, mode="out")))
    except ImportError:
        print("igraph is not installed")
    try:
        import rustworkx

        graph = rustworkx.PyDiGraph()
        graph.add_nodes_from(range(count))
        graph.add_edges_from_no_data(pairs)
        timed("rustworkx", count, every, lambda start: len(rustworkx.descendants(graph, start)))
    except ImportError:
        print("rustworkx is not installed")
    try:
        import networkit

        graph = networkit.Graph(count, directed=True)
        for source, target in pairs:
            graph.addEdge(source, target)
        begun = time.perf_counter()
        networkit.reachability.ReachableNodes(graph, exact=True).run()
        print("networkit", f"{time.perf_counter() - begun:.1f}")
    except ImportError:
        print("networkit is not installed")


main()

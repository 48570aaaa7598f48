"""An invented world in the shape of the graph, of any size, to measure on."""

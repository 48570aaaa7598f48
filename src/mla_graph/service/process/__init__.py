"""Server processes: sockets, signals, newer releases."""

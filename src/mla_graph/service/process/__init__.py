"""Server processes: connections, sockets, signals, new releases."""

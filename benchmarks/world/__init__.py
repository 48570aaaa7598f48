"""An invented world of states and treaties, as large as wanted."""

"""How much of what can go wrong with one triple the validation notices."""
